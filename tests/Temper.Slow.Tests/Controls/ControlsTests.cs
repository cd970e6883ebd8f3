using Temper.Attacks;
using Temper.Data;
using Temper.Evaluation;
using Temper.Evaluation.Health;
using Temper.Numerics;
using Temper.Threats;
using Temper.Workflow;

namespace Temper.Slow.Tests.Controls;

/// <summary>Networks that are broken on purpose show it in the figures made for it; honest ones show nothing.</summary>
public sealed class ControlsTests(TrainedControls controls) : IClassFixture<TrainedControls>
{
    private const int Examples = 256;

    private static readonly ExampleSet Mnist = Datasets.Load("mnist", "test");

    [Theory]
    [InlineData("control-scaled", "zero gradients", "scale")]
    [InlineData("control-quantised", "zero gradients", "flat")]
    [InlineData("control-kwta", "wrong gradients")]
    [InlineData("control-random", "random", "unstable")]
    [InlineData("control-softmax", "probabilities")]
    [InlineData("control-batch", "batch")]
    [InlineData("control-detached", "detached")]
    [InlineData("control-constant", "zero gradients", "flat", "constant")]
    public void A_control_shows_what_is_wrong_with_it(string control, params string[] expected)
    {
        var found = Show(control, Measure(controls.File(control), "linf:0.3"));
        Assert.Empty(expected.Except(found));
    }

    [Fact]
    public void An_ordinary_network_shows_nothing() =>
        Assert.Empty(Show("mnist-net, natural", Measure(controls.Natural, "linf:0.3")));

    [Theory]
    [InlineData("mnist", "fast_mnist_fgsm", "linf:0.3")]
    [InlineData("mnist", "advertorch_lenet5_adv", "linf:0.3")]
    [InlineData("mnist", "wk17_mnist_conv", "linf:0.1")]
    [InlineData("mnist", "lpd_mnist_mlp_01", "linf:0.1")]
    [InlineData("mnist", "lpd_mnist_mlp_03", "linf:0.3")]
    [InlineData("mnist", "colt_mnist_convmed_eps01", "linf:0.1")]
    [InlineData("mnist", "advertorch_lenet5_clean", "linf:0.1")]
    [InlineData("mnist", "vnncomp_mnist_fc_256x2", "linf:0.05")]
    [InlineData("mnist", "eran_mnist_6x100_nat", "linf:0.05")]
    [InlineData("fashion", "wk17_fashion_conv", "linf:0.1")]
    [InlineData("cifar", "abcrown_cifar_resnet2b", "linf:2/255")]
    [InlineData("cifar", "abcrown_cifar_conv_small_sigmoid", "linf:2/255")]
    [InlineData("cifar", "sdp_cifar_cnn_a_mix4", "linf:2/255")]
    [InlineData("cifar", "kw18_cifar_small_l2_36", "l2:36/255")]
    public void A_network_trained_honestly_shows_nothing(string data, string model, string threat)
    {
        var path = OutsideModels.File(model, "model.pt");
        Assert.Empty(Show(model, Measure(path, threat, OutsideData.Load(data, lossless: false))));
    }

    [Fact]
    public void Catastrophic_overfitting_leaves_accuracy_under_FGSM_and_none_under_PGD()
    {
        Show("mnist-net, overfitted", Measure(controls.Overfitted, "linf:0.3"));
        using var model = ModelFile.Open(controls.Overfitted, new(1, 28, 28), 10);
        using var batch = BatchSource.Gather(Mnist, Subset());
        Assert.InRange(Left(new Fgsm(new())), 0.7, 1);
        Assert.InRange(Left(new Pgd(new())), 0, 0.05);

        double Left(Attack attack)
        {
            using var result = attack.Run(model.Classifier, batch, ThreatModel.Parse("linf:0.3"), new Rng(0));
            return result.Broken.Count(broken => !broken) / (double)Examples;
        }
    }

    private static ModelHealth Measure(string path, string threat, ExampleSet? set = null)
    {
        set ??= Mnist;
        using var model = ModelFile.Open(path, new(set.Channels, set.Height, set.Width), 10);
        var plan = new EvaluationPlan
        {
            Model = model.Classifier,
            Set = set,
            Indices = Subset(),
            Threat = ThreatModel.Parse(threat),
            Attacks = [],
            Rng = new Rng(0),
        };
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var health = HealthCheck.Measure(plan, Subset(), null, default);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{clock.Elapsed.TotalSeconds:F1} s, {health.Forwards} forwards, {health.Gradients} gradients"
        );
        return health;
    }

    private static IReadOnlyList<string> Show(string name, ModelHealth health)
    {
        var beyond = HealthTable.Beyond(health);
        var output = TestContext.Current.TestOutputHelper;
        output?.WriteLine(HealthTable.Header);
        output?.WriteLine($"{HealthTable.Row(name, health)} {string.Join(", ", beyond)}");
        return beyond;
    }

    /// <summary>Images from the whole of the file, for its halves differ.</summary>
    private static int[] Subset() => [.. Enumerable.Range(0, Examples).Select(i => i * (Mnist.Count / Examples))];
}
