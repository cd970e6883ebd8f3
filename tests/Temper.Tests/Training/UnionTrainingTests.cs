using Temper.Attacks;
using Temper.Data;
using Temper.Errors;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Tests.Training.Contract;
using Temper.Threats;
using Temper.Training;
using Temper.Training.Objectives;
using static TorchSharp.torch;

namespace Temper.Tests.Training;

/// <summary>Methods for several norms: what they train on, what it costs, and what they refuse.</summary>
public sealed class UnionTrainingTests
{
    private static readonly UnionThreat Union = (UnionThreat)ThreatModel.Parse("l2:0.5+linf:0.1+l1:1.2");

    private const int Count = 12;

    public static TheoryData<string> Ids => ["max", "avg", "msd", "e-at"];

    [Theory]
    [InlineData("natural", 1, 1)]
    // k = 3 and three members: 3 k + 3 + 1 forwards, 3 k + 1 back.
    [InlineData("max", 13, 10)]
    [InlineData("avg", 12, 12)]
    [InlineData("msd", 13, 4)]
    [InlineData("e-at", 5, 4)]
    [InlineData("max", 16, 10, "apgd")]
    [InlineData("avg", 15, 12, "apgd")]
    [InlineData("e-at", 4, 4, "pgd")]
    public void Counted_passes_are_the_formula(string id, int forwards, int gradients, string? inner = null)
    {
        var objective = inner is null ? ContractObjectives.Create(id) : ContractObjectives.Create(id, ("inner", inner));
        var expected = Assert.IsAssignableFrom<ITakesUnions>(objective).PassesUnder(Union);
        Assert.Equal(new StepPasses(forwards, gradients), expected);
        using var plain = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(plain, 5, 2);
        foreach (var number in (uint[])[0, 1, 2])
        {
            var meter = OneStep.Of(objective, plain, batch, Union, (number, 0.5), record: false).Meter;
            Assert.Equal((5L * forwards, 5L * gradients), (meter.Forwards, meter.Gradients));
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Under_one_norm_it_is_pgd_bit_for_bit(string id)
    {
        var same = id switch
        {
            "msd" => ("start", "clean"),
            "e-at" => ("inner", "apgd"),
            _ => ("start", "uniform"),
        };
        foreach (var text in (string[])["linf:0.1", "l1:2"])
        {
            var threat = ThreatModel.Parse(text);
            var found = Step(ContractObjectives.Create(id), threat);
            var expected = Step(ContractObjectives.Create("pgd", same), threat);
            Assert.Equal(expected.Trained[0], found.Trained[0]);
            Assert.Equal(expected.Loss, found.Loss);
            Assert.Equal(expected.Gradients["conv.weight"], found.Gradients["conv.weight"]);
            Assert.Equal(expected.Correct, found.Correct);
        }
    }

    [Fact]
    public void Max_trains_on_the_point_of_largest_loss_of_each_example()
    {
        var points = Crafted();
        var losses = points.Select(LossesAt).ToArray();
        var step = Step(ContractObjectives.Create("max"), Union);
        var width = step.Trained[0].Length / Count;
        var chosen = new HashSet<int>();
        for (var row = 0; row < Count; row++)
        {
            var worst = Enumerable.Range(0, 3).MaxBy(m => losses[m][row]);
            chosen.Add(worst);
            Assert.Equal(points[worst].AsSpan(row * width, width), step.Trained[0].AsSpan(row * width, width));
        }
        Assert.True(chosen.Count > 1, "One norm is the worst for every example, so nothing was chosen.");
    }

    /// <summary>Adversarial weight perturbation computes the loss twice; the examples were attacked once.</summary>
    [Fact]
    public void E_at_counts_what_it_attacked_once_though_the_loss_is_computed_twice()
    {
        var wrapped = ContractWrappers.Around("awp", ContractObjectives.Create("e-at"));
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, Count, 2);
        // The wrapper must see the module, which a recorder would hide.
        OneStep.Of(wrapped, model, batch, Union, record: false);
        var tally = Tensors.ToArray<long>(Assert.Single(((ICarriesState)wrapped).State).Value);
        Assert.Equal(Count, tally[1] + tally[2]);
    }

    [Fact]
    public void Avg_trains_on_all_points_in_the_order_of_the_union_and_counts_the_worst()
    {
        var step = Step(ContractObjectives.Create("avg"), Union);
        Assert.Equal(Crafted(), step.Trained);
        var single = Union.Members.Select(m => Step(ContractObjectives.Create("pgd"), m).Correct);
        Assert.InRange(step.Correct, 0, single.Max());
    }

    [Fact]
    public void Msd_stays_in_the_union_and_mixes_the_norms()
    {
        var objective = ContractObjectives.Create("msd", ("steps", "10"));
        var step = Step(objective, Union);
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, Count, 2);
        using var x = tensor(step.Trained[0], batch.Inputs.shape);
        Assert.All(Union.Contains(x, batch.Inputs, 1e-5), Assert.True);
        var inside = Union.Members.Select(m => m.Contains(x, batch.Inputs, 1e-5).Count(c => c)).ToArray();
        Assert.All(inside, count => Assert.True(count < Count, "One norm took every step."));
        // A step never loses against the one it would have taken under any one norm; the whole search hardly does.
        var reached = LossesAt(step.Trained[0]).Sum();
        Assert.True(reached > LossesAt(Tensors.ToArray<float>(batch.Inputs)).Sum());
        var alone = Union.Members.Select(m => LossesAt(Step(objective, m).Trained[0]).Sum());
        Assert.True(reached >= alone.Max() * 0.95, $"{reached} against {string.Join(", ", alone)}");
    }

    /// <summary>In the box that is not the point of a few values: many have little room, and the box takes what a plain step would waste on them.</summary>
    [Theory]
    [InlineData("pgd")]
    [InlineData("apgd")]
    public void The_search_under_L1_reaches_the_best_point_of_a_linear_model(string inner)
    {
        const int Side = 12;
        var weights = new float[2, Side * Side];
        for (var i = 0; i < Side * Side; i++)
        {
            weights[0, i] = (i * 37 % 101 / 50f) - 1;
        }
        using var model = Toy.Linear(weights, [0, 0], new(1, Side, Side));
        using var x = full([1, 1, Side, Side], 0.9f);
        using var batch = new Batch(x.clone(), tensor([0L]), [0]);
        var sets = (("steps", "20"), ("inner", inner));
        var objective = ContractObjectives.Create("max", sets.Item1, sets.Item2);
        var step = OneStep.Of(objective, model, batch, ThreatModel.Parse("l1:9"));
        // Values with positive weights go down by 0.9 each, those with negative ones up by 0.1, the largest weights first.
        var (left, best) = (9.0, 0.0);
        foreach (var w in Enumerable.Range(0, Side * Side).Select(i => weights[0, i]).OrderByDescending(Math.Abs))
        {
            var move = Math.Min(left, w > 0 ? 0.9 : 0.1);
            (left, best) = (left - move, best + (move * Math.Abs(w)));
        }
        var found = 0.0;
        for (var i = 0; i < Side * Side; i++)
        {
            found += (0.9 - step.Trained[0][i]) * weights[0, i];
        }
        Assert.InRange(found, best * 0.99, best * 1.0001);
    }

    [Fact]
    public void E_at_draws_the_extremes_only_and_by_their_errors()
    {
        Assert.Equal(0.5, ExtremeTraining.Odds([0, 0], [0, 0]));
        Assert.Equal(0.5, ExtremeTraining.Odds([64, 0], [10, 0]));
        Assert.Equal(0.75, ExtremeTraining.Odds([100, 100], [40, 80]), 1e-12);
        // Nothing wrong under either: no odds of 0 / 0.
        Assert.Equal(0.5, ExtremeTraining.Odds([100, 100], [100, 100]));

        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, 4, 2);
        var objective = (ExtremeTraining)ContractObjectives.Create("e-at");
        objective.Forget();
        var (linf, l1) = (0, 0);
        for (uint number = 0; number < 40; number++)
        {
            var step = OneStep.Of(objective, model, batch, Union, (number, 0.5));
            using var x = tensor(step.Trained[0], batch.Inputs.shape);
            var isLinf = ThreatModel.Parse("linf:0.1").Contains(x, batch.Inputs, 1e-5).All(c => c);
            var isL1 = ThreatModel.Parse("l1:1.2").Contains(x, batch.Inputs, 1e-5).All(c => c);
            Assert.NotEqual(isLinf, isL1);
            (linf, l1) = (linf + (isLinf ? 1 : 0), l1 + (isL1 ? 1 : 0));
        }
        Assert.True(linf > 3 && l1 > 3, $"{linf} batches under L∞, {l1} under L1");
        using (NewDisposeScope())
        {
            var tally = Tensors.ToArray<long>(Assert.Single(objective.State).Value);
            Assert.Equal([0, linf * 4L, l1 * 4L], tally[..3]);
        }
        objective.Forget();
        Assert.Empty(objective.State);
    }

    [Fact]
    public void The_budget_of_every_member_grows_in_the_warm_up()
    {
        var (half, epsilon) = Union.Shrunk(0.5);
        Assert.Equal("l2:0.25+linf:0.05+l1:0.6", half.Text);
        Assert.Equal(0.5, epsilon);
        var (single, budget) = ThreatModel.Parse("linf:0.3").Shrunk(0.5);
        Assert.Equal((0.15, 0.15), (single.Epsilon.Value, budget));
        Assert.Equal(2, ThreatModel.Parse("l0:5").Shrunk(0.5).Epsilon);
    }

    [Fact]
    public void Validation_counts_what_stands_under_every_member()
    {
        using var model = Toy.ConvNet(3);
        var set = Toy.Stripes(60, 1);
        var source = new BatchSource(set, [.. Enumerable.Range(0, 60)]);
        var attack = new Pgd(new() { Steps = 4 });
        var together = Measure(Union);
        var alone = Union.Members.Select(Measure).ToArray();
        Assert.All(alone, v => Assert.Equal(v.Clean, together.Clean));
        Assert.InRange(together.Robust, 0, alone.Min(v => v.Robust));
        Assert.True(together.Robust >= alone.Min(v => v.Robust) - alone.Sum(v => v.Clean - v.Robust));
        Assert.True(together.Pgd < together.Clean, "Nothing was broken, so nothing was compared.");

        ValidationRecord Measure(ThreatModel threat) =>
            new Validator(source, threat, attack, 20, new Rng(3)).Measure(model, CancellationToken.None);
    }

    [Fact]
    public void The_trainer_refuses_a_union_to_methods_of_one_norm_and_shrinks_it_for_the_others()
    {
        using var model = Toy.ConvNet(3);
        using var update = WeightUpdate.Sgd(model.Module, 0, 0);
        var source = new BatchSource(Toy.Stripes(40, 1), [.. Enumerable.Range(0, 40)]);
        var plan = new TrainPlan
        {
            Model = model,
            Train = source,
            Validator = new(source, Union, new Pgd(new() { Steps = 1 }), 40, new Rng(1)),
            Threat = Union,
            Objective = ContractObjectives.Create("pgd"),
            Update = update,
            LearningRate = new Schedule([(0, 0.01), (1, 0.01)]),
            Epochs = 1,
            BatchSize = 20,
            EpsilonWarmup = 2,
            Rng = new Rng(1),
        };
        var e = Assert.Throws<ThreatException>(() => new Trainer(plan, []).Run(false, null, CancellationToken.None));
        Assert.Contains(Union.Text, e.Message, StringComparison.Ordinal);
        Assert.Contains("takes one norm", e.Message, StringComparison.Ordinal);
        var state = new Trainer(plan with { Objective = ContractObjectives.Create("max") }, []).Run(
            false,
            null,
            CancellationToken.None
        );
        // Two steps of four in which the budget grows.
        Assert.Equal(0.5, state.Epsilon);
    }

    [Fact]
    public void A_length_for_several_norms_is_refused()
    {
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, 2, 2);
        foreach (var id in Ids.Select(row => row.Data))
        {
            var objective =
                id == "e-at"
                    ? ContractObjectives.Create(id, ("step", "0.01"), ("inner", "pgd"))
                    : ContractObjectives.Create(id, ("step", "0.01"));
            var e = Assert.Throws<ConfigException>(() => OneStep.Of(objective, model, batch, Union));
            Assert.Contains("training.objective.options.step", e.Message, StringComparison.Ordinal);
            Assert.Contains("rel:0.25", e.Message, StringComparison.Ordinal);
            OneStep.Of(objective, model, batch, ThreatModel.Parse("linf:0.1"));
        }
    }

    /// <summary>What pgd finds under each member.</summary>
    private static float[][] Crafted() =>
        [.. Union.Members.Select(m => Step(ContractObjectives.Create("pgd"), m).Trained[0])];

    /// <summary>A step on a network of its own, since a step moves running statistics.</summary>
    private static OneStep Step(Objective objective, ThreatModel threat)
    {
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, Count, 2);
        return OneStep.Of(objective, model, batch, threat);
    }

    private static float[] LossesAt(float[] inputs)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, Count, 2);
        using var mode = model.Enter(Mode.Evaluate);
        var logits = model.Logits(tensor(inputs, batch.Inputs.shape));
        return Tensors.ToArray<float>(CrossEntropy.Instance.PerExample(logits, batch.Labels));
    }
}
