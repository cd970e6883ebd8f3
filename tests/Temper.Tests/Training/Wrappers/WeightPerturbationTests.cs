using Temper.Data;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Tests.Training.Contract;
using Temper.Threats;
using Temper.Training;
using Temper.Training.Wrappers;
using static TorchSharp.torch;

namespace Temper.Tests.Training.Wrappers;

/// <summary>Adversarial weight perturbation on a linear network, where every number can be computed by hand, and its traps.</summary>
public sealed class WeightPerturbationTests
{
    private const double Gamma = 0.2;
    private static readonly ThreatModel Threat = ThreatModel.Parse("linf:0.1");

    private static readonly float[,] Rows =
    {
        { 1, -2 },
        { 0.5f, 1 },
        { -1, 0.25f },
    };

    // Not zero: a perturbation relative to the norm of zeros would not show.
    private static readonly double[] Bias = [0.5, -0.75, 0.25];

    [Fact]
    public void The_gradient_is_that_at_the_worst_weights_nearby()
    {
        var (model, batch, exact, x, y) = Linear();
        using (model)
        using (batch)
        {
            var moved = Perturbed(exact, x, y);
            var step = Of(new WeightPerturbation(ContractObjectives.Create("natural"), Gamma), model, batch);
            Assert.Equal(moved.CrossEntropy(x, y), step.Loss, 1e-5);
            Same(moved.Slope(e => e.CrossEntropy(x, y)), step.Gradients["scores.weight"]);
            // Weights of one dimension are left where they are, and their gradient is the one at the perturbed weights.
            var expected = Enumerable
                .Range(0, 3)
                .Select(k => x.Select((row, i) => moved.Probabilities(row)[k] - (y[i] == k ? 1 : 0)).Average());
            Same([.. expected], step.Gradients["scores.bias"]);
            Assert.True(step.Loss > exact.CrossEntropy(x, y));
        }
    }

    [Fact]
    public void With_TRADES_the_whole_loss_is_ascended()
    {
        var (model, batch, exact, x, y) = Linear();
        using (model)
        using (batch)
        {
            var trades = ContractObjectives.Create("trades", ("steps", "3"), ("beta", "6"));
            var crafted = OneStep.Of(trades, model, batch, Threat).Trained[1].Select(v => (double)v).Chunk(2).ToArray();
            double Loss(Exact e) =>
                e.CrossEntropy(x, y)
                + (6 * x.Zip(crafted, (a, b) => Exact.Divergence(e.Probabilities(a), e.Probabilities(b))).Average());
            var moved = Perturbed(exact, Loss);
            var step = Of(new WeightPerturbation(trades, Gamma), model, batch);
            Assert.Equal(Loss(moved), step.Loss, 1e-5);
            Same(moved.Slope(Loss), step.Gradients["scores.weight"]);
        }
    }

    [Fact]
    public void Before_its_time_nothing_is_perturbed()
    {
        var (model, batch, exact, x, y) = Linear();
        using (model)
        using (batch)
        {
            var later = new WeightPerturbation(ContractObjectives.Create("natural"), Gamma, from: 0.5);
            var early = OneStep.Of(later, model, batch, Threat, (1, 0.49), record: false);
            Assert.Equal(exact.CrossEntropy(x, y), early.Loss, 1e-6);
            Assert.Equal(batch.Count, early.Meter.Forwards);
            Assert.Equal(
                2 * batch.Count,
                OneStep.Of(later, model, batch, Threat, (1, 0.5), record: false).Meter.Forwards
            );
        }
    }

    /// <summary>The extra pass leaves no trace in running statistics.</summary>
    [Fact]
    public void Statistics_move_as_without_it_where_weights_stay()
    {
        using var plain = Toy.ConvNet(3);
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(plain, 6, 2);
        Of(ContractObjectives.Create("natural"), plain, batch);
        using var same = Toy.RightBatch(model, 6, 2);
        Of(new WeightPerturbation(ContractObjectives.Create("natural"), 0), model, same);
        foreach (var (one, two) in plain.Module.named_buffers().Zip(model.Module.named_buffers()))
        {
            Assert.True(Tensors.Identical(one.buffer, two.buffer), one.name);
        }
    }

    [Fact]
    public void Weights_come_back_when_the_step_fails()
    {
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, 4, 2);
        var before = Tensors.ToArray<float>(model.Module.parameters().First());
        var failing = new WeightPerturbation(new FailsAtTheSecondLoss(), 0.1);
        Assert.Throws<InvalidOperationException>(() => Of(failing, model, batch));
        Assert.Equal(before, Tensors.ToArray<float>(model.Module.parameters().First()));
    }

    private static Exact Perturbed(Exact exact, double[][] x, long[] y) => Perturbed(exact, e => e.CrossEntropy(x, y));

    private static Exact Perturbed(Exact exact, Func<Exact, double> loss)
    {
        var slope = exact.Slope(loss);
        var size = Gamma * Length(exact.Weights.SelectMany(w => w)) / Length(slope);
        return new(
            [.. exact.Weights.Select((w, k) => w.Select((v, j) => v + (size * slope[(k * 2) + j])).ToArray())],
            Bias
        );
    }

    private static double Length(IEnumerable<double> values) => Math.Sqrt(values.Sum(v => v * v));

    private static void Same(double[] expected, float[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), p => Assert.Equal(p.First, p.Second, 2e-6));
    }

    private static OneStep Of(Objective objective, ModuleClassifier model, Batch batch) =>
        OneStep.Of(objective, model, batch, Threat, record: false);

    private static (ModuleClassifier Model, Batch Batch, Exact Exact, double[][] X, long[] Y) Linear()
    {
        var model = Toy.Linear(Rows, [.. Bias.Select(b => (float)b)], new(1, 1, 2));
        double[][] x =
        [
            [0.25, 0.75],
            [0.5, 0.125],
        ];
        long[] y = [1, 0];
        var inputs = tensor(x.SelectMany(v => v).Select(v => (float)v).ToArray()).view(2, 1, 1, 2);
        double[][] weights = [.. Enumerable.Range(0, 3).Select(k => (double[])[Rows[k, 0], Rows[k, 1]])];
        return (model, new(inputs, tensor(y), [0, 1]), new(weights, Bias), x, y);
    }

    private sealed class FailsAtTheSecondLoss : Objective
    {
        private int _calls;

        public override Tensor Loss(StepContext step) =>
            ++_calls == 2 ? throw new InvalidOperationException("as agreed") : step.CrossEntropyAt(step.Batch.Inputs);
    }
}
