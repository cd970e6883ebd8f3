using Temper.Attacks;
using Temper.Data;
using Temper.Errors;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Tests.Kit;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Attacks;

/// <summary>Attacks that aim at a class, on linear models where the distance to it is known.</summary>
public sealed class GoalAttackTests
{
    private static readonly InputShape Shape = new(1, 2, 2);

    /// <summary>Class 0 is the label; class 1 gains with the first three values, class 2 with the last, and sooner.</summary>
    private static readonly float[,] Weights =
    {
        { 0, 0, 0, 0 },
        { 1, -2, 0.5f, 0 },
        { 0, 0, 0, 1 },
    };

    private static readonly float[] Bias = [0, -0.25f, -0.52f];

    public static TheoryData<string, string, string, double> Cases() =>
        new()
        {
            { "fgsm", "linf", "loss=margin", 1.001 },
            { "fgsm", "l2", "loss=margin", 1.001 },
            { "pgd", "linf", "loss=ce", 1.001 },
            { "pgd", "l2", "loss=margin", 1.01 },
            { "pgd", "l1", "loss=margin", 1.01 },
            { "apgd", "linf", "loss=ce", 1.001 },
            { "apgd", "l2", "loss=dlr", 1.01 },
            { "apgd-t", "linf", "loss=dlr", 1.001 },
            { "apgd-t", "l2", "loss=margin", 1.01 },
            { "fab-t", "linf", "steps=30", 1.005 },
            { "fab-t", "l2", "steps=30", 1.005 },
            { "fab-t", "l1", "steps=30", 1.005 },
            { "square", "linf", "queries=300", 1.02 },
            { "nes", "linf", "queries=2000", 1.02 },
            { "spsa", "linf", "queries=2000", 1.05 },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_class_is_reached_above_its_distance_and_not_below(string id, string norm, string option, double above)
    {
        using var model = Toy.Linear(Weights, Bias, Shape);
        using var batch = Half();
        // |f_1 − f_0| by the dual norm of the difference of their weights: 0.5 − 1 + 0.25 − 0.25 = −0.5.
        var distance =
            0.5
            / norm switch
            {
                "linf" => 3.5,
                "l2" => Math.Sqrt(1 + 4 + 0.25),
                _ => 2.0,
            };
        using var found = Attack(id, option).Run(model, batch, At(norm, distance * above), new Rng(0));
        Assert.Equal([true], found.Broken);
        Assert.Equal([1], found.Predictions);
        Assert.InRange(found.Distances[0], distance * (1 - 1e-5), distance * above);
        using var none = Attack(id, option).Run(model, batch, At(norm, distance * 0.999), new Rng(0));
        Assert.Equal([false], none.Broken);
        // Another wrong class is within reach all the same, and is none of the goal.
        using var any = new Pgd(new()).Run(
            model,
            batch,
            At(norm, distance) with
            {
                Goal = Goal.Untargeted,
            },
            new Rng(0)
        );
        Assert.Equal([true], any.Broken);
    }

    /// <summary>Both others gain with the first value, the third class more: it has to be passed, not only the label.</summary>
    [Theory]
    [InlineData("pgd", "loss=margin")]
    [InlineData("apgd", "loss=margin")]
    [InlineData("apgd", "loss=ce")]
    [InlineData("fab-t", "steps=30")]
    [InlineData("apgd-t", "loss=margin")]
    public void A_third_class_in_the_way_does_not_hide_the_target(string id, string option)
    {
        using var model = Toy.Linear(
            new float[,]
            {
                { 0, 0, 0, 0 },
                { 1, 1, 0, 0 },
                { 3, 0, 0, 0 },
            },
            [0, -1.2f, -1.6f],
            Shape
        );
        using var batch = Half();
        // At the corner that is best against the label alone, scores are 0, 0.3 and 0.65.
        using var found = Attack(id, option).Run(model, batch, ThreatModel.Parse("linf:0.25 target=1"), new Rng(0));
        Assert.Equal([true], found.Broken);
        Assert.Equal([1], found.Predictions);
    }

    [Fact]
    public void Examples_of_the_class_aimed_at_are_never_broken_and_cost_one_pass()
    {
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, 12, 4, 0, 1) with
        {
            Labels = tensor(new long[] { 0, 1, 2, 1, 0, 2, 1, 1, 0, 2, 2, 0 }),
        };
        using var result = new Pgd(new() { Steps = 5, Restarts = 2 }).Run(
            model,
            batch,
            ThreatModel.Parse("linf:1 target=1"),
            new Rng(0)
        );
        using var scope = NewDisposeScope();
        var labels = Tensors.ToArray<long>(batch.Labels);
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] == 1)
            {
                Assert.Equal((false, 0.0, 0), (result.Broken[i], result.Distances[i], result.Gradients[i]));
                Assert.InRange(result.Forwards[i], 1, 2);
                Assert.True(Tensors.Identical(batch.Inputs[i], result.Inputs[i]));
            }
            else
            {
                Assert.True(result.Broken[i]);
                Assert.Equal(1, result.Predictions[i]);
            }
        }
        // A clean error that is the class aimed at is reached where it stands.
        using var crafted = new Fgsm(new()).Perturb(
            model,
            batch,
            ThreatModel.Parse("linf:0.5 target=1"),
            new Rng(0),
            0
        );
        Assert.True(Tensors.Identical(batch.Inputs[1], crafted[1]));
        Assert.False(Tensors.Identical(batch.Inputs[0], crafted[0]));
    }

    [Theory]
    [InlineData("target=1")]
    [InlineData("target=least-likely")]
    [InlineData("target=random")]
    [InlineData("target=all")]
    public void Leaves_no_tensors_behind(string goal)
    {
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, 4, 4, 0, 1) with { Labels = tensor(new long[] { 0, 1, 2, 1 }) };
        var threat = ThreatModel.Parse($"linf:0.05 {goal}");
        foreach (var attack in (Attack[])[new Pgd(new() { Steps = 2 }), new FabTargeted(new() { Steps = 2 })])
        {
            attack.Run(model, batch, threat, new Rng(0)).Dispose();
            using (new LeakGuard())
            {
                attack.Run(model, batch, threat, new Rng(0)).Dispose();
                attack.Perturb(model, batch, threat, new Rng(0), 3).Dispose();
            }
        }
    }

    [Fact]
    public void All_costs_rounds_for_every_wrong_class_and_breaks_clean_errors()
    {
        using var model = Toy.Linear(Weights, Bias, Shape);
        using var right = Half();
        using var standing = new Pgd(new() { Steps = 4, Restarts = 3 }).Run(
            model,
            right,
            ThreatModel.Parse("linf:0.001 target=all"),
            new Rng(0)
        );
        Assert.Equal([false], standing.Broken);
        Assert.Equal([2 * 3 * 4L], standing.Gradients);
        // Steps, the last iterate's score, the verification, the choice of the class.
        Assert.Equal([2 * 3 * (4 + 3L)], standing.Forwards);
        using var wrong = right with { Labels = ones(1, dtype: ScalarType.Int64) };
        using var broken = new Pgd(new() { Steps = 4 }).Run(
            model,
            wrong,
            ThreatModel.Parse("linf:0.001 target=all"),
            new Rng(0)
        );
        Assert.Equal([true], broken.Broken);
    }

    [Fact]
    public void A_clean_error_of_another_class_is_not_the_goal()
    {
        using var model = Toy.Linear(Weights, Bias, Shape);
        using var wrong = Half() with { Labels = full([1], 2, dtype: ScalarType.Int64) };
        using var result = new Pgd(new()).Run(model, wrong, ThreatModel.Parse("linf:0.01 target=1"), new Rng(0));
        Assert.Equal([false], result.Broken);
        using var reached = new Pgd(new()).Run(model, wrong, ThreatModel.Parse("linf:0.01 target=0"), new Rng(0));
        Assert.Equal([true], reached.Broken);
    }

    [Fact]
    public void A_class_the_model_does_not_have_is_refused()
    {
        using var model = Toy.Linear(Weights, Bias, Shape);
        using var batch = Half();
        var error = Assert.Throws<ThreatException>(() =>
            new Pgd(new()).Run(model, batch, ThreatModel.Parse("linf:0.1 target=3"), new Rng(0))
        );
        Assert.Contains("found class 3 as the target, expected 0 to 2", error.Message, StringComparison.Ordinal);
        Assert.Throws<ThreatException>(() =>
            new Pgd(new()).Perturb(model, batch, ThreatModel.Parse("linf:0.1 target=3"), new Rng(0), 0)
        );
    }

    private static ThreatModel At(string norm, double budget) =>
        ThreatModel.Parse($"{norm}:0 target=1").With(Epsilon.Of(budget));

    private static Batch Half() => new(full([1, 1, 2, 2], 0.5f), zeros([1], dtype: ScalarType.Int64), [0]);

    private static Attack Attack(string id, string option)
    {
        var info = Catalogue.Of<Attack>().Single(a => a.Id == id);
        var parts = option.Split('=');
        return Catalogue.Create<Attack>(
            info,
            OptionsBinder.With(Activator.CreateInstance(info.Options!)!, parts[0], parts[1], id)
        );
    }
}
