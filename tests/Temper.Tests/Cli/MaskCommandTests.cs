using System.Runtime.InteropServices;
using Temper.Data;
using Temper.Errors;
using Temper.Models;
using Temper.Numerics;
using Temper.Reports;
using Temper.Serialization;
using Temper.Workflow;
using static TorchSharp.torch;

namespace Temper.Tests.Cli;

/// <summary>Commands where only some values may change.</summary>
public sealed class MaskCommandTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    private static readonly ImageSet Images = new(new("made", "test", 1, 2, 3, 2, ""), new byte[6], [0]);

    [Fact]
    public void Evaluate_names_the_mask_and_resumes_under_no_other()
    {
        var (upper, lower) = (Picture(i => i < 392 ? 1 : 0), Picture(i => i < 392 ? 0 : 1));
        var folder = run.Fresh();
        string[] args =
        [
            .. Tool.Evaluate(run.Folder, folder, "--threat", "linf:0.1+l2:1", "--attack", "fgsm", "--limit", "20"),
            "--quiet",
            "--mask",
        ];
        var said = Tool.Run([.. args, upper]).Succeeds().Output;
        var manifest = Temper.Runs.RunManifest.Read(Path.Combine(folder, "manifest.json"));
        var mask = manifest.Threat.Mask!;
        Assert.Equal($"linf:0.1+l2:1 mask={mask[..8]}", manifest.Threat.Text);
        Assert.Equal(MaskFile.Read(upper, Datasets.Load("mnist", "test")).Sha256, mask);
        Assert.Equal([mask, mask], manifest.Threat.Members!.Select(m => m.Mask));
        Assert.Contains($"under the union linf:0.1+l2:1 mask={mask[..8]}", said, StringComparison.Ordinal);
        Assert.Contains(
            $"Only the values that mask {mask[..8]} lets may change",
            File.ReadAllText(Path.Combine(folder, "report.html")),
            StringComparison.Ordinal
        );
        Tool.Run([.. args, lower, "--resume"]).Fails(ExitCode.Data, "another evaluation");
    }

    [Fact]
    public void Attack_leaves_masked_values_alone()
    {
        var mask = Tensor([1, 28, 28], [.. Enumerable.Range(0, 784).Select(i => i % 3 == 0 ? 0f : 1)]);
        var path = run.Fresh();
        string[] args =
        [
            "attack",
            run.Folder,
            "--threat",
            "l2:1.5",
            "--attack",
            "fgsm",
            "--limit",
            "20",
            "--mask",
            mask,
        ];
        Tool.Run([.. args, "--out", path, "--threads", "1", "--quiet"]).Succeeds();
        var file = SafetensorsFile.Read(path);
        Assert.StartsWith("l2:1.5 mask=", file.Metadata["temper.threat"], StringComparison.Ordinal);
        using var scope = NewDisposeScope();
        var points = Tensors.ToArray<float>(Weights.Tensor(file.Entries.Single(e => e.Name == "inputs")));
        using var batch = BatchSource.Gather(Datasets.Load("mnist", "test"), [.. Enumerable.Range(0, 20)], CPU);
        var clean = Tensors.ToArray<float>(batch.Inputs);
        Assert.All(
            Enumerable.Range(0, points.Length).Where(i => i % 784 % 3 == 0),
            i => Assert.Equal(clean[i], points[i])
        );
        Assert.NotEqual(clean, points);
    }

    [Fact]
    public void Reads_tensors_and_pictures()
    {
        float[] shares = [0, 1, 0.5f, 0.25f, 1, 0];
        Assert.Equal(shares, MaskFile.Read(Tensor([1, 2, 3], shares), Images).Shares);
        Assert.Equal(
            [0, 1, 1, 0, 1, 0],
            MaskFile.Read(Tensor<byte>([1, 2, 3], [0, 1, 1, 0, 1, 0], "BOOL"), Images).Shares
        );
        var picture = Path.Combine(run.Root, "mask.png");
        File.WriteAllBytes(picture, Png.FromPlanes(1, 2, 3, (float[])[0, 1, 51 / 255f, 1, 0, 1]));
        Assert.Equal([0, 1, 51 / 255f, 1, 0, 1], MaskFile.Read(picture, Images).Shares);
    }

    [Fact]
    public void Refuses_files_that_are_no_mask_for_the_data()
    {
        Refused<DataException>(Tensor([1, 3, 2], new float[6]), "shape (1, 3, 2), expected (1, 2, 3)");
        Refused<DataException>(Tensor<long>([1, 2, 3], new long[6], "I64"), "type I64, expected F32, U8 or BOOL");
        Refused<DataException>(
            Tensor([1, 2, 3], new float[6], name: "other"),
            "found the tensors 'other', expected one, 'mask'"
        );
        Refused<ThreatException>(Tensor([1, 2, 3], [0, 0, 2f, 0, 0, 0]), "found 2 at value 2");
        Refused<DataException>("mask.npy", "expected a .safetensors file");
        var picture = Path.Combine(run.Root, "wide.png");
        File.WriteAllBytes(picture, Png.FromPlanes(1, 2, 2, new float[4]));
        Refused<DataException>(picture, "found 2 × 2 pixels, expected 3 × 2");
        // Before libtorch is loaded, and before a folder is made.
        var folder = run.Fresh();
        Tool.Run([.. Tool.Evaluate(run.Folder, folder, "--threat", "l2:1"), "--mask", Picture(_ => 0.5f)])
            .Fails(ExitCode.Configuration, "linf alone knows");
        Assert.False(Directory.Exists(folder));
    }

    private static void Refused<T>(string path, string said)
        where T : TemperException
    {
        var message = Assert.Throws<T>(() => MaskFile.Read(path, Images)).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.Contains(said, message, StringComparison.Ordinal);
    }

    private string Picture(Func<int, float> share)
    {
        var path = run.Fresh() + ".png";
        File.WriteAllBytes(path, Png.FromPlanes(1, 28, 28, [.. Enumerable.Range(0, 784).Select(share)]));
        return path;
    }

    private string Tensor(long[] shape, float[] values, string name = "mask") => Tensor(shape, values, "F32", name);

    private string Tensor<T>(long[] shape, T[] values, string type, string name = "mask")
        where T : unmanaged
    {
        var path = run.Fresh() + ".safetensors";
        var bytes = MemoryMarshal.AsBytes<T>(values).ToArray();
        new SafetensorsFile([new(name, type, shape, bytes)], new Dictionary<string, string>()).Write(path);
        return path;
    }
}
