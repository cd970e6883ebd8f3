using Temper.Certification;
using Temper.Data;
using Temper.Errors;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Tests.Training.Contract;
using Temper.Threats;
using Temper.Training;
using Temper.Training.Certified;
using static Temper.Tests.Training.CertifiedCases;
using static TorchSharp.torch;

namespace Temper.Tests.Training;

/// <summary>Training with bounds: losses and gradients by hand, bounds against the certifier's, and what is easily got wrong.</summary>
public sealed class CertifiedTrainingTests
{
    private const double Tolerance = 1e-6;
    private static readonly ThreatModel Threat = ThreatModel.Parse("linf:0.1");

    public static TheoryData<string, int> Cases() =>
        new()
        {
            { "ibp", 2 },
            { "ibp", 3 },
            { "crown-ibp", 2 },
            { "crown-ibp", 3 },
        };

    /// <summary>On a linear network the bound is exact: scores at the worst corner for each class, log(1 + Σ exp(mⱼ + ε‖wⱼ − w_y‖₁)).</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_and_gradient_are_the_formula_on_linear_networks(string id, int classes)
    {
        using var model = Linear(classes);
        using var batch = Examples(classes);
        var step = OneStep.Of(
            ContractObjectives.Create(id, ("kappa", "0.25"), ("excess", "1.5")),
            model,
            batch,
            Threat,
            record: false
        );
        var x = Rows(Tensors.ToArray<float>(batch.Inputs));
        var y = Tensors.ToArray<long>(batch.Labels);
        var net = new Exact(Weights(classes), Bias(classes));
        double Formula(Exact n) => (0.25 * n.CrossEntropy(x, y)) + (0.75 * Worst(n, x, y, 0.15));
        Assert.Equal(Formula(net), step.Loss, Tolerance);
        Assert.All(
            net.Slope(Formula).Zip(step.Gradients["1.weight"]),
            pair => Assert.Equal(pair.First, pair.Second, Tolerance)
        );
    }

    /// <summary>The bound of every class by itself: with β 1 on two ReLUs by hand.</summary>
    /// <remarks>
    /// x = 0.5 ± 0.2; z = (x − 0.4, 0.6 − x) ∈ [−0.1, 0.3]²; scores (z₁⁺ + z₂⁺, 0), label 1: the difference z₁⁺ + z₂⁺ is by intervals at
    /// most 0.6; by chords 0.75 (z + 0.1) twice, 0.75 (z₁ + z₂ + 0.2) = 0.3.
    /// </remarks>
    [Theory]
    [InlineData("ibp", "", 0.6)]
    [InlineData("crown-ibp", "false", 0.3)]
    [InlineData("crown-ibp", "true", 0.3)]
    public void Two_units_by_hand(string id, string fused, double largest)
    {
        using var model = TwoUnits();
        using var batch = new Batch(full([1, 1, 1, 1], 0.5f), tensor(new long[] { 1 }), [0]);
        (string, string)[] options = fused.Length == 0 ? [] : [("fused", fused), ("beta", "1")];
        var step = OneStep.Of(
            ContractObjectives.Create(id, [("kappa", "0"), .. options]),
            model,
            batch,
            ThreatModel.Parse("linf:0.2"),
            record: false
        );
        // Fused: the chord of the exponential between the bounds of intervals, 0 and 0.6, at 0.3.
        var expected =
            fused == "true" ? Math.Log(1 + 1 + ((Math.Exp(0.6) - 1) * 0.3 / 0.6)) : Math.Log(1 + Math.Exp(largest));
        Assert.Equal(expected, step.Loss, Tolerance);
        Assert.Equal(0, step.Correct);
    }

    [Fact]
    public void Small_boxes_stay_inside_the_ball()
    {
        // On a linear network PGD goes to the worst corner of its ball, and the box around it reaches that of the whole one.
        using var model = Linear(2);
        using var batch = Examples(2);
        var whole = OneStep.Of(ContractObjectives.Create("ibp", ("kappa", "0")), model, batch, Threat, record: false);
        var small = OneStep.Of(
            ContractObjectives.Create("sabr", ("lambda", "0.4"), ("steps", "20")),
            model,
            batch,
            Threat,
            record: false
        );
        Assert.Equal(whole.Loss, small.Loss, 1e-5);
    }

    [Fact]
    public void Bounds_are_those_of_the_certifier_and_hold()
    {
        using var model = Toy.GraphNet(3);
        using var batch = Toy.RightBatch(model, 6, 2);
        using var mode = model.Enter(Mode.Evaluate);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (low, high) = ((batch.Inputs - 0.1).clamp(0, 1), (batch.Inputs + 0.1).clamp(0, 1));
        var pass = new IntervalPass(model.Module, batch.Inputs, low, high);
        var (middle, radius) = pass.Margins(batch.Labels);
        var (slot, rows, shift) = pass.Functions(batch.Labels);
        var lines = BackwardPass.Most(pass, slot, rows) + shift!;
        // Before the only ReLU both go by intervals, and choose the same lines there; the certifier takes the better of both bounds.
        using var certifier = Certifier.Of(model);
        int[] labels = [.. Tensors.ToArray<long>(batch.Labels).Select(label => (int)label)];
        double[] Certified(BoundMethod method) => certifier.Margins(batch.Inputs, labels, Threat, method);
        double[] Found(Tensor bound) => [.. Tensors.ToArray<float>(-bound.amax(1)).Select(value => (double)value)];
        Assert.All(
            Certified(BoundMethod.Interval).Zip(Found(middle + radius)),
            pair => Assert.Equal(pair.First, pair.Second, 1e-4)
        );
        Assert.All(
            Certified(BoundMethod.Crown).Zip(Found(lines.minimum(middle + radius))),
            pair => Assert.Equal(pair.First, pair.Second, 1e-4)
        );
        var others = IntervalPass.Others(batch.Labels, 3);
        for (var i = 0; i < 50; i++)
        {
            var scores = model.Logits(low + ((high - low) * rand_like(low)));
            var found = scores.gather(1, others) - scores.gather(1, batch.Labels.unsqueeze(1));
            Assert.True((lines + 1e-5).ge(found).all().item<bool>());
        }
        Assert.True((pass.Scores() - model.Logits(batch.Inputs)).abs().max().item<float>() < 1e-5);
    }

    /// <summary>In train mode intervals go by the statistics of the clean batch, which alone move the running ones.</summary>
    [Fact]
    public void BatchNorm_goes_by_the_clean_batch()
    {
        using var model = Toy.GraphNet(3);
        using var plain = Toy.GraphNet(3);
        using var batch = Toy.RightBatch(model, 6, 2);
        using var same = Toy.RightBatch(plain, 6, 2);
        OneStep.Of(ContractObjectives.Create("ibp"), model, batch, Threat, record: false);
        OneStep.Of(ContractObjectives.Create("natural"), plain, same, Threat, record: false);
        foreach (var (one, two) in model.Module.named_buffers().Zip(plain.Module.named_buffers()))
        {
            Assert.True(Tensors.Identical(one.buffer, two.buffer), one.name);
        }
    }

    [Theory]
    [InlineData("ibp")]
    [InlineData("crown-ibp")]
    [InlineData("sabr")]
    public void Other_threats_and_unknown_operators_are_refused_by_name(string id)
    {
        using var model = Toy.GraphNet(3);
        using var batch = Toy.RightBatch(model, 2, 2);
        var objective = ContractObjectives.Create(id);
        var threat = Assert.Throws<ThreatException>(() =>
            OneStep.Of(objective, model, batch, ThreatModel.Parse("l2:0.5"), record: false)
        );
        Assert.Contains("l2:0.5", threat.Message, StringComparison.Ordinal);
        using var softmax = Layers("flatten", "fc 36 3", "softmax", "fc 3 3");
        var unknown = Assert.Throws<ModelException>(() => OneStep.Of(objective, softmax, batch, Threat, record: false));
        Assert.Contains("'Softmax'", unknown.Message, StringComparison.Ordinal);
        using var module = Toy.ConvNet(3);
        Assert.Throws<ModelException>(() => OneStep.Of(objective, module, batch, Threat, record: false));
    }

    /// <summary>Half of the budget: half of the way from 1 to the last κ, and half of the regularisers.</summary>
    [Fact]
    public void Weights_of_the_loss_follow_the_budget()
    {
        using var model = TwoUnits();
        using var batch = new Batch(full([1, 1, 1, 1], 0.5f), tensor(new long[] { 1 }), [0]);
        double Loss(double grown, double regularise)
        {
            using var scope = NewDisposeScope();
            using var step = new StepContext(
                new MeteredClassifier(model, new QueryMeter()),
                batch,
                ThreatModel.Parse("linf:0.2"),
                new Rng(1),
                (0, 0),
                Mode.Evaluate
            )
            {
                Grown = grown,
            };
            var objective = ContractObjectives.Create(
                "ibp",
                ("kappa", "0"),
                ("regularise", $"{regularise.ToString(System.Globalization.CultureInfo.InvariantCulture)}")
            );
            return objective.Loss(step).item<float>();
        }
        // Clean: z = (0.1, 0.1), scores (0.2, 0); by intervals the difference is at most 0.6.
        var (clean, worst) = (Math.Log(1 + Math.Exp(0.2)), Math.Log(1 + Math.Exp(0.6)));
        Assert.Equal(worst, Loss(1, 0), Tolerance);
        Assert.Equal((clean + worst) / 2, Loss(0.5, 0), Tolerance);
        // The radius before the ReLUs is that of the input: 0.5 − 1 is nothing missing, and no unit is always on or off.
        Assert.Equal(Loss(0.5, 0), Loss(0.5, 1), Tolerance);
        using (no_grad())
        {
            // Four times as wide before the ReLUs, and both units still unstable: (0.5 − 1/4)/0.5 is missing.
            Set(model.Module, "1.weight", [4, -4]);
            Set(model.Module, "1.bias", [-1.9, 2.1]);
        }
        Assert.Equal(0.5 * 0.5, Loss(0.5, 1) - Loss(0.5, 0), Tolerance);
        using (no_grad())
        {
            // As wide as the input. Middles 2, always on, and −0.5, always off: (0.5 − 1/4)/0.5 is missing, of the spreads nothing.
            Set(model.Module, "1.weight", [1, -1]);
            Set(model.Module, "1.bias", [1.5, 0]);
        }
        Assert.Equal(0.5 * 0.5, Loss(0.5, 1) - Loss(0.5, 0), Tolerance);
    }

    [Fact]
    public void The_best_weights_are_those_of_which_most_is_proven()
    {
        Assert.Equal(3, new ValidationRecord(10, 9, 8, 7, 7) { Proven = 3 }.Decisive);
        Assert.Equal(7, new ValidationRecord(10, 9, 8, 7, 7).Decisive);
        using var model = Linear(2);
        using var batch = Examples(2);
        var proof = ContractObjectives.Create("ibp").Proof!;
        using var none = proof(model, batch, ThreatModel.Parse("linf:0.9"));
        Assert.False(none.any().item<bool>());
        using var right = Toy.RightBatch(model, 5, 1);
        using var all = proof(model, right, ThreatModel.Parse("linf:0"));
        Assert.True(all.all().item<bool>());
    }

    [Fact]
    public void Initial_weights_have_the_deviation_of_the_paper()
    {
        using var model = Layers("flatten", "fc 36 400", "relu", "fc 400 200", "relu", "fc 200 3");
        var last = Tensors.ToArray<float>(model.Module.get_parameter("5.weight")!);
        ContractObjectives.Create("ibp").Begin(model.Module, new Rng(1));
        foreach (var (name, fanIn) in (IEnumerable<(string, int)>)[("1.weight", 36), ("3.weight", 400)])
        {
            var deviation = model.Module.get_parameter(name)!.std().item<float>();
            Assert.Equal(1, deviation / (Math.Sqrt(2 * Math.PI) / fanIn), 0.03);
        }
        Assert.Equal(last, Tensors.ToArray<float>(model.Module.get_parameter("5.weight")!));
    }
}
