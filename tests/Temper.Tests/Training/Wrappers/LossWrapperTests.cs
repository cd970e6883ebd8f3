using Temper.Data;
using Temper.Models;
using Temper.Tests.Kit;
using Temper.Tests.Training.Contract;
using Temper.Threats;
using Temper.Training;
using Temper.Training.Wrappers;
using static TorchSharp.torch;

namespace Temper.Tests.Training.Wrappers;

/// <summary>Smoothed and mixed labels, the share of clean inputs, and clipped gradients, against numbers computed by hand.</summary>
public sealed class LossWrapperTests
{
    private static readonly ThreatModel Threat = ThreatModel.Parse("linf:0.1");
    private static readonly double[][] Weights =
    [
        [2, -1],
        [-0.5, 1.5],
        [0, 0.5],
    ];
    private static readonly double[][] X =
    [
        [0.25, 0.75],
        [0.5, 0.125],
    ];
    private static readonly long[] Y = [1, 0];

    [Theory]
    [InlineData("natural")]
    [InlineData("pgd")]
    public void Smoothing_spreads_a_share_of_the_label(string id)
    {
        using var model = Model();
        using var batch = Examples();
        var step = OneStep.Of(new LabelSmoothing(ContractObjectives.Create(id), 0.3), model, batch, Threat);
        var x = step.Trained[0].Select(v => (double)v).Chunk(2).ToArray();
        double Loss(Exact e) =>
            x.Select((row, i) => e.Probabilities(row).Select((p, k) => -Target(i, k) * Math.Log(p)).Sum()).Average();
        // 1 − 0.3 + 0.3/3 for the label, 0.1 for the others.
        static double Target(int i, int k) => k == Y[i] ? 0.8 : 0.1;
        Assert.Equal(Loss(Exact()), step.Loss, 1e-6);
        Same(Exact().Slope(Loss), step.Gradients["scores.weight"]);
    }

    [Fact]
    public void Two_classes_and_a_smoothed_label_by_hand()
    {
        // Scores 1 and −1: p = (e/(e + 1/e), …) = (0.8808, 0.1192). s = 0.2: −0.9 ln 0.8808 − 0.1 ln 0.1192 = 0.326928.
        using var model = Toy.Linear(
            new float[,]
            {
                { 1 },
                { -1 },
            },
            [0, 0],
            new(1, 1, 1)
        );
        using var batch = new Batch(ones(1, 1, 1, 1), tensor([0L]), [0]);
        var step = OneStep.Of(new LabelSmoothing(ContractObjectives.Create("natural"), 0.2), model, batch, Threat);
        Assert.Equal(0.326928, step.Loss, 1e-6);
    }

    [Fact]
    public void Mixed_labels_weigh_both_cross_entropies()
    {
        using var model = Model();
        using var batch = Examples(new(tensor([2L, 0L]), tensor([0.75f, 1f])));
        var step = OneStep.Of(ContractObjectives.Create("natural"), model, batch, Threat);
        double Loss(Exact e) =>
            (
                -(0.75 * Math.Log(e.Probabilities(X[0])[1]))
                - (0.25 * Math.Log(e.Probabilities(X[0])[2]))
                - Math.Log(e.Probabilities(X[1])[0])
            ) / 2;
        Assert.Equal(Loss(Exact()), step.Loss, 1e-6);
        Same(Exact().Slope(Loss), step.Gradients["scores.weight"]);
    }

    /// <summary>Methods whose loss is no cross-entropy take the mixed label as well.</summary>
    [Fact]
    public void Squared_distances_go_to_the_smoothed_and_mixed_label()
    {
        using var model = Model();
        using var batch = Examples(new(tensor([2L, 0L]), tensor([0.75f, 1f])));
        var score = ContractObjectives.Create("score", ("beta", "0"));
        var step = OneStep.Of(new LabelSmoothing(score, 0.3), model, batch, Threat);
        double[][] labels =
        [
            [0.1, (0.75 * 0.7) + 0.1, (0.25 * 0.7) + 0.1],
            [0.8, 0.1, 0.1],
        ];
        double Loss(Exact e) => X.Select((row, i) => Contract.Exact.Square(e.Probabilities(row), labels[i])).Average();
        Assert.Equal(Loss(Exact()), step.Loss, 1e-6);
    }

    [Fact]
    public void A_share_of_the_loss_is_at_clean_inputs()
    {
        using var model = Model();
        using var batch = Examples();
        var step = OneStep.Of(new CleanMixing(ContractObjectives.Create("pgd"), 0.25), model, batch, Threat);
        Assert.Equal(X.SelectMany(v => v), step.Trained[0].Select(v => (double)v));
        var crafted = step.Trained[1].Select(v => (double)v).Chunk(2).ToArray();
        double Loss(Exact e) => (0.25 * e.CrossEntropy(X, Y)) + (0.75 * e.CrossEntropy(crafted, Y));
        Assert.Equal(Loss(Exact()), step.Loss, 1e-6);
        Same(Exact().Slope(Loss), step.Gradients["scores.weight"]);
        // Accuracy counts the crafted inputs alone.
        Assert.InRange(step.Correct, 0, 2);
    }

    [Fact]
    public void Long_gradients_are_shortened_and_short_ones_left_alone()
    {
        using var model = Model();
        using var batch = Examples();
        var plain = Flat(OneStep.Of(ContractObjectives.Create("natural"), model, batch, Threat, record: false));
        var length = Math.Sqrt(plain.Sum(g => (double)g * g));
        var half = Clipped(length / 2);
        Assert.Equal(length / 2, Math.Sqrt(half.Sum(g => (double)g * g)), 1e-5);
        Assert.All(plain.Zip(half), p => Assert.Equal(p.First / 2, p.Second, 1e-5));
        Assert.Equal(plain, Clipped(length * 2));

        float[] Clipped(double limit) =>
            Flat(
                OneStep.Of(
                    new GradientClipping(ContractObjectives.Create("natural"), limit),
                    model,
                    batch,
                    Threat,
                    record: false
                )
            );
    }

    [Fact]
    public void The_factor_of_steps_is_that_of_the_moment()
    {
        using var model = Model();
        using var batch = Examples();
        var pgd = ContractObjectives.Create("pgd", ("steps", "1"), ("step", "0.04"), ("start", "clean"));
        var wrapped = new StepLengths(pgd, new Schedule([(0, 1), (1, 0.5)]));
        foreach (var (fraction, length) in ((double, double)[])[(0, 0.04), (0.5, 0.03), (0.9, 0.022)])
        {
            var moved = OneStep.Of(wrapped, model, batch, Threat, (1, fraction)).Trained[0];
            Assert.All(moved.Zip(X.SelectMany(v => v)), p => Assert.Equal(length, Math.Abs(p.First - p.Second), 1e-6));
        }
    }

    [Fact]
    public void The_budget_grows_evenly_or_by_half_a_cosine()
    {
        Assert.Equal(0.075, Growth.Linear.At(0.3, 10, 40), 1e-12);
        // (1 − cos(π/4))/2 = 0.146447 of the full budget after a quarter, one half in the middle, all of it at the end.
        Assert.Equal(0.3 * 0.1464466094, Growth.Cosine.At(0.3, 10, 40), 1e-10);
        Assert.Equal(0.15, Growth.Cosine.At(0.3, 20, 40), 1e-12);
        Assert.Equal(0.3, Growth.Cosine.At(0.3, 40, 40), 1e-12);
    }

    private static float[] Flat(OneStep step) =>
        [.. step.Gradients.OrderBy(g => g.Key, StringComparer.Ordinal).SelectMany(g => g.Value)];

    private static void Same(double[] expected, float[] found) =>
        Assert.All(expected.Zip(found), p => Assert.Equal(p.First, p.Second, 2e-6));

    private static Exact Exact() => new(Weights, [0, 0, 0]);

    private static ModuleClassifier Model() =>
        Toy.Linear(
            new float[,]
            {
                { 2, -1 },
                { -0.5f, 1.5f },
                { 0, 0.5f },
            },
            [0, 0, 0],
            new(1, 1, 2)
        );

    private static Batch Examples(LabelMix? mix = null) =>
        new(tensor(X.SelectMany(v => v).Select(v => (float)v).ToArray()).view(2, 1, 1, 2), tensor(Y), [0, 1])
        {
            Mix = mix,
        };
}
