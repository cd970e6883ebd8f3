using System.Text.Json.Nodes;
using Temper.Attacks;
using Temper.Data;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Threats;
using Temper.Workflow;
using static TorchSharp.torch;

namespace Temper.Slow.Tests;

/// <summary>The nearest wrong points are at the median as near as those of the best toolkit, for no more passes.</summary>
public sealed class OutsideMinimumTests : IDisposable
{
    private readonly int _threads = get_num_threads();

    // The networks are small: more threads wait for each other longer than they compute.
    public OutsideMinimumTests() => set_num_threads(1);

    public void Dispose() => set_num_threads(_threads);

    [Theory]
    [InlineData("fast_mnist_fgsm", 200, "ddn100", "ddn", "l2:28")]
    [InlineData("fast_mnist_fgsm", 200, "fmn_l2", "fmn", "l2:28")]
    [InlineData("fast_mnist_fgsm", 200, "fmn_linf", "fmn", "linf:1")]
    [InlineData("fast_mnist_fgsm", 200, "fmn_l1", "fmn", "l1:784")]
    [InlineData("lpd_mnist_mlp_01", 200, "fmn_l1", "fmn", "l1:784")]
    [InlineData("lpd_mnist_mlp_01", 200, "cw_l2", "cw", "l2:28")]
    [InlineData("abcrown_cifar_resnet2b", 100, "ddn100", "ddn", "l2:55")]
    [InlineData("abcrown_cifar_resnet2b", 100, "fmn_l2", "fmn", "l2:55")]
    [InlineData("abcrown_cifar_resnet2b", 100, "fmn_linf", "fmn", "linf:1")]
    public void Median_distance(string name, int images, string row, string id, string text)
    {
        var rows = JsonNode.Parse(File.ReadAllText(OutsideModels.File("", "reference-attacks.json")))!["rows"]!
            .AsArray()
            .Where(r => (string?)r!["model"] == name && (int)r["n"]! == images)
            .Where(r => (string?)r!["attack"] == row || (string?)r["attack"] == "fb_" + row)
            .ToList();
        Assert.NotEmpty(rows);
        var isMnist = name.Contains("mnist", StringComparison.Ordinal);
        var input = isMnist ? new InputShape(1, 28, 28) : new InputShape(3, 32, 32);
        using var model = ModelFile.Open(OutsideModels.File(name, "model.pt"), input, 10);
        var set = OutsideData.Load(isMnist ? "mnist" : "cifar", lossless: true);
        using var all = BatchSource.Gather(set, [.. Enumerable.Range(0, images)], CPU);
        using var batch = all.Select(Right(model.Classifier, all));
        Assert.Equal((int)rows[0]!["attacked"]!, batch.Count);
        using var result = Create(id).Run(model.Classifier, batch, ThreatModel.Parse(text), new Rng(0));
        double[] distances =
        [
            .. result.Distances.Select((d, i) => result.Broken[i] ? d : double.PositiveInfinity).Order(),
        ];
        var median = (distances[distances.Length / 2] + distances[(distances.Length - 1) / 2]) / 2;
        Assert.InRange(median, 0, 1.02 * rows.Min(r => (double)r!["medianDistanceFailuresInfinite"]!));
        // The file counts passes per image, those that were not attacked among them.
        Assert.InRange(result.Forwards.Max(), 1, 3 + Passes("forwardsPerImage"));
        Assert.InRange(result.Gradients.Max(), 1, Passes("gradientsPerImage"));

        double Passes(string key) => rows.Min(r => (double)r![key]!) * images / batch.Count;
    }

    private static Attack Create(string id)
    {
        var info = Catalogue.Of<Attack>().Single(a => a.Id == id);
        // What the toolkits' 200 steps for each constant came to, since they end a search that stands still.
        var options = id == "cw" ? new CarliniWagner.Options { Steps = 140 } : Activator.CreateInstance(info.Options!)!;
        return Catalogue.Create<Attack>(info, options);
    }

    private static int[] Right(IClassifier model, Batch batch)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var mode = model.Enter(Mode.Evaluate);
        var wrong = Tensors.ToArray<bool>(Margin.Wrong(model.Logits(batch.Inputs), batch.Labels));
        return [.. Enumerable.Range(0, wrong.Length).Where(i => !wrong[i])];
    }
}
