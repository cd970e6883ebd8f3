using Temper.Data;
using Temper.Evaluation;
using Temper.Evaluation.Health;
using Temper.Numerics;
using Temper.Onnx;
using Temper.Runs;
using Temper.Threats;
using Temper.Workflow;

namespace Temper.Slow.Tests.Controls;

/// <summary>The binarisation test: honest networks lead to planted points, networks that hide their gradients do not.</summary>
public sealed class PlantedPointsTests(TrainedControls controls) : IClassFixture<TrainedControls>
{
    private const int Examples = 64;
    private const double Least = 0.95;

    private static readonly ExampleSet Mnist = Datasets.Load("mnist", "test");

    [Theory]
    [InlineData("control-quantised", true)]
    // Jumps that a search gets over at this budget: found by other figures.
    [InlineData("control-kwta", false)]
    // Broken after what is read, or by a factor: nothing to be found here.
    [InlineData("control-scaled", false)]
    [InlineData("control-softmax", false, Explicit = true)]
    public void Controls(string control, bool isHidden)
    {
        var found = Measure(control, controls.File(control), "linf:0.3", Mnist);
        Assert.Equal(isHidden, IsHidden(found));
    }

    [Theory]
    [InlineData("mnist", "fast_mnist_fgsm", "linf:0.3")]
    [InlineData("mnist", "advertorch_lenet5_adv", "linf:0.3", Explicit = true)]
    [InlineData("mnist", "wk17_mnist_conv", "linf:0.1", Explicit = true)]
    [InlineData("mnist", "lpd_mnist_mlp_01", "linf:0.1")]
    [InlineData("mnist", "colt_mnist_convmed_eps01", "linf:0.1", Explicit = true)]
    [InlineData("mnist", "advertorch_lenet5_clean", "linf:0.1", Explicit = true)]
    [InlineData("cifar", "abcrown_cifar_resnet2b", "linf:2/255", Explicit = true)]
    [InlineData("cifar", "kw18_cifar_small_l2_36", "l2:36/255", Explicit = true)]
    public void Honest_networks_lead_there_by_what_the_last_layer_gets_and_by_the_scores(
        string data,
        string model,
        string threat
    )
    {
        Catalogue.Add(typeof(OnnxFormat).Assembly);
        var set = OutsideData.Load(data, lossless: false);
        foreach (var file in (string[])["model.onnx", "model.pt"])
        {
            var found = Measure($"{model} {file}", OutsideModels.File(model, file), threat, set);
            Assert.False(IsHidden(found), $"{file}: {found}");
        }
    }

    [Fact]
    public void An_ordinary_network_leads_there() =>
        Assert.False(IsHidden(Measure("mnist-net, natural", controls.Natural, "linf:0.3", Mnist)));

    /// <summary>Whether fewer are found than the finding asks for, surely, and more than by chance.</summary>
    private static bool IsHidden(BinarisationHealth found) =>
        found.BrokenAtRandom <= found.N / 2 && Interval.UpperLimit(found.Broken, found.N) < Least;

    private static BinarisationHealth Measure(string name, string path, string threat, ExampleSet set)
    {
        using var model = ModelFile.Open(path, new(set.Channels, set.Height, set.Width), 10);
        int[] subset = [.. Enumerable.Range(0, Examples).Select(i => i * (set.Count / Examples))];
        var plan = new EvaluationPlan
        {
            Model = model.Classifier,
            Set = set,
            Indices = subset,
            Threat = ThreatModel.Parse(threat),
            Attacks = [],
            Rng = new Rng(0),
        };
        using var subject = new HealthSubject(plan, subset, default);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var found = BinarisationMeasure.Measure(subject)!;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{name}: {found}, {clock.Elapsed.TotalSeconds:F1} s, {subject.Model.Meter.Forwards} forwards"
        );
        return found;
    }
}
