using Temper.Data;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Serialization;
using Temper.Tests.Kit;
using Temper.Tests.Reports;
using Temper.Threats;
using Temper.Workflow;
using static TorchSharp.torch;

namespace Temper.Tests.Workflow;

/// <summary>Both counts of <c>temper attack --round 8</c>, on models of one value that is wrong from a threshold on.</summary>
public sealed class RoundedPointsTests
{
    /// <summary>L∞ 0.3 reaches 76.5 255ths, bytes reach 76: what needs more is broken by float32 points alone.</summary>
    [Fact]
    public void Rounding_costs_what_needed_more_than_whole_bytes()
    {
        // Wrong from 204.2 on: 100 reaches 176.5, 128 reaches 204.5 and as bytes 204, 129 and 200 reach it, 250 is wrong when clean.
        using var model = Above(204.2);
        var set = Images(100, 128, 129, 200, 250);
        using var folder = new Folder();
        var (outcome, file) = Attacked(model, set, "linf:0.3", folder);
        Assert.Equal((4, 5, new RoundedOutcome(3, 0, 0)), (outcome.Broken, outcome.Total, outcome.Rounded));
        Assert.Equal([false, true, true, true, true], Values<bool>(file, "broken"));
        Assert.Equal([false, false, true, true, true], Values<bool>(file, "broken8"));
        var bytes = Values<byte>(file, "inputs8");
        Assert.Equal([176, 204, 205], bytes.Select(b => (int)b).Take(3));
        Assert.Equal(76 / 255.0, Values<double>(file, "distances8")[1], 1e-15);
        Assert.Equal([0, 0, 1, 1, 1], Values<int>(file, "predictions8"));
        Assert.Equal(("4", "3"), (file.Metadata["temper.broken"], file.Metadata["temper.broken8"]));
    }

    [Fact]
    public void Clean_values_between_bytes_are_counted_and_what_leaves_the_ball_is_not_broken()
    {
        using var model = Above(100.2);
        // Of these only the second is a byte. 0.1 of a 255th is less than the way to the next byte.
        var set = new Between([99.5f / 255, 100 / 255f, 100.15f / 255]);
        using var folder = new Folder();
        var (outcome, file) = Attacked(model, set, "linf:0.1/255", folder);
        // 100.15 reaches 100.25; its nearest byte 100 is too far.
        Assert.Equal((1, new RoundedOutcome(0, 2, 2)), (outcome.Broken, outcome.Rounded));
        Assert.Equal([false, false, false], Values<bool>(file, "broken8"));
    }

    [Fact]
    public void An_error_of_the_clean_input_is_one_as_bytes_too()
    {
        // Wrong up to 100.2 and from 101.5 on: the point found is wrong, its bytes 101 are not, the clean input 100 is.
        using var model = Toy.Linear(
            new float[,]
            {
                { 0 },
                { -255 },
                { 255 },
            },
            [0, 100.2f, -101.5f],
            new InputShape(1, 1, 1)
        );
        using var file = File(model);
        var request = Request(file, Images(100), "l2:0.1");
        using var points = tensor([101.9f / 255], [1, 1, 1, 1]);
        var rounded = RoundedPoints.Of(request, [0], points, [true], [0]);
        Assert.Equal(new RoundedOutcome(1, 0, 0), rounded.Outcome);
        var entries = rounded.Entries().ToDictionary(e => e.Name, e => e.Data.ToArray());
        Assert.Equal([100], entries["inputs8"]);
        Assert.Equal(1, BitConverter.ToInt32(entries["predictions8"]));
        Assert.Equal(0.0, BitConverter.ToDouble(entries["distances8"]));
        // Of an example that float32 points do not break, the bytes stay those of the point.
        Assert.Equal(0, RoundedPoints.Of(request, [0], points, [false], [0]).Outcome.Broken);
    }

    [Fact]
    public void Without_rounding_there_is_nothing_of_it()
    {
        using var model = Above(204.2);
        using var folder = new Folder();
        using var file = File(model);
        var path = folder.File("points.safetensors");
        var request = Request(file, Images(100, 200), "linf:0.3");
        Assert.Null(
            AttackRun.Run(request, path, round: false, TimeProvider.System, null, CancellationToken.None).Rounded
        );
        var written = SafetensorsFile.Read(path);
        Assert.DoesNotContain(written.Entries, e => e.Name.EndsWith('8'));
        Assert.DoesNotContain(written.Metadata.Keys, k => k.EndsWith('8'));
    }

    private static (AttackOutcome Outcome, SafetensorsFile File) Attacked(
        ModuleClassifier model,
        ExampleSet set,
        string threat,
        Folder folder
    )
    {
        using var file = File(model);
        var path = folder.File("points.safetensors");
        var outcome = AttackRun.Run(
            Request(file, set, threat),
            path,
            round: true,
            TimeProvider.System,
            null,
            CancellationToken.None
        );
        return (outcome, SafetensorsFile.Read(path));
    }

    private static ModelFile File(ModuleClassifier model) => new(model, "toy", "00", "unknown", 0, "unknown");

    private static EvaluationRequest Request(ModelFile model, ExampleSet set, string threat) =>
        new()
        {
            Model = model,
            Set = set,
            Threat = ThreatModel.Parse(threat),
            Attacks = RequestedAttack.Resolve([new AttackConfig("fgsm")], []),
            Block = 2,
            Threads = 1,
            Folder = ".",
        };

    /// <summary>One value, right below a threshold in 255ths, for label 0; its scores stay so near that no gradient vanishes.</summary>
    private static ModuleClassifier Above(double threshold) =>
        Toy.Linear(
            new float[,]
            {
                { 0 },
                { 1 },
            },
            [(float)(threshold / 255), 0],
            new InputShape(1, 1, 1)
        );

    private static ImageSet Images(params byte[] values) => new(Bytes, values, new int[values.Length]);

    private static DataCard Bytes => new("bytes", "test", 1, 1, 1, 2, "00");

    private static T[] Values<T>(SafetensorsFile file, string name)
        where T : unmanaged
    {
        using var tensor = Weights.Tensor(file.Entries.Single(e => e.Name == name));
        return Tensors.ToArray<T>(tensor);
    }

    /// <summary>Examples of one value each that need not be a byte.</summary>
    private sealed class Between(float[] values)
        : ExampleSet(RoundedPointsTests.Bytes, new int[values.Length], values.Length, "values")
    {
        public override void Copy(int index, Span<float> target) => target[0] = values[index];

        public override ReadOnlySpan<byte> Bytes(int index) => BitConverter.GetBytes(values[index]);
    }
}
