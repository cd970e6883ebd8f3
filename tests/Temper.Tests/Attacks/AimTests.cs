using Temper.Attacks;
using Temper.Data;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Attacks;

/// <summary>Which class is aimed at, and when it counts as reached.</summary>
public sealed class AimTests
{
    private const int Classes = 5;
    private const float NaN = float.NaN;

    [Theory]
    [InlineData(new float[] { 0, 2, 1 }, 1, true)]
    [InlineData(new float[] { 0, 2, 1 }, 2, false)]
    [InlineData(new float[] { 2, 2, 1 }, 1, true)]
    [InlineData(new float[] { NaN, 2, 1 }, 2, true)]
    [InlineData(new float[] { 0, 2, NaN }, 2, true)]
    [InlineData(new float[] { 0, float.PositiveInfinity, float.PositiveInfinity }, 2, true)]
    [InlineData(new float[] { 0, float.PositiveInfinity, 1 }, 2, false)]
    public void A_class_is_reached_where_no_other_scores_higher(float[] scores, int target, bool reached)
    {
        using var scope = NewDisposeScope();
        using var batch = Batch([0], [0]);
        using var aim = Of(Goal.Of(target), batch);
        var logits = tensor(scores, [1, 3]);
        Assert.Equal(reached, aim.Reached(logits).item<bool>());
        Assert.Equal(reached, aim.IsReached(scores, 0));
        Assert.Equal(reached, !(aim.Margins(logits).item<float>() < 0));
    }

    [Theory]
    [InlineData("")]
    [InlineData("target=2")]
    [InlineData("target=random")]
    [InlineData("target=all")]
    [InlineData("target=least-likely")]
    public void Scores_margins_and_verdicts_agree(string goal)
    {
        using var scope = NewDisposeScope();
        var labels = Enumerable.Range(0, 400).Select(i => i % 2 * 4L).ToArray();
        using var batch = Batch(labels, [.. Enumerable.Range(0, 400)]);
        var values = new float[400 * Classes];
        new Rng(3).FillUniform(values, [0], 0, 0);
        for (var i = 0; i < values.Length; i++)
        {
            // Few different values: many ties, and some that are no numbers.
            values[i] = values[i] < 0.02f ? NaN : MathF.Floor(values[i] * 4);
        }
        var logits = tensor(values, [400, Classes]);
        using var aim = Of(ThreatModel.Parse($"linf:0.1 {goal}").Goal, batch, logits);
        var reached = Tensors.ToArray<bool>(aim.Reached(logits));
        var margins = Tensors.ToArray<float>(aim.Margins(logits));
        for (var row = 0; row < reached.Length; row++)
        {
            Assert.Equal(reached[row], aim.IsReached(values.AsSpan(row * Classes, Classes), row));
            Assert.Equal(reached[row], !(margins[row] < 0));
        }
        Assert.Contains(true, reached);
        Assert.Contains(false, reached);
    }

    [Fact]
    public void The_least_likely_class_is_the_lowest_score_but_the_label()
    {
        using var scope = NewDisposeScope();
        using var batch = Batch([0, 2], [0, 1]);
        using var aim = Of(
            Goal.LeastLikely,
            batch,
            tensor(
                new float[,]
                {
                    { -9, 1, 0, -2, 3 },
                    { 5, 4, 9, 1, 2 },
                }
            )
        );
        Assert.Equal([3L, 3L], aim.TargetClassesOrNull()!);
    }

    [Fact]
    public void All_aims_at_each_wrong_class_once_per_restart_and_takes_any()
    {
        using var scope = NewDisposeScope();
        using var batch = Batch([1], [0]);
        var logits = tensor(
            new float[,]
            {
                { 0, 9, 3, 1, 2 },
            }
        );
        var aimedAt = new List<(long, int)>();
        for (var round = 0; round < 8; round++)
        {
            using var aim = Aim.Of(Goal.All, batch, Classes, 0, (round, 2), () => logits);
            aimedAt.Add((aim.TargetClassesOrNull()![0], aim.Restart));
            Assert.True(aim.IsReached([5, 1, 0, 0, 0], 0));
            Assert.False(aim.IsReached([0, 1, 0, 0, 0], 0));
        }
        Assert.Equal([(2, 0), (2, 1), (4, 0), (4, 1), (3, 0), (3, 1), (0, 0), (0, 1)], aimedAt);
    }

    [Fact]
    public void A_random_target_belongs_to_its_example_and_is_no_label()
    {
        using var scope = NewDisposeScope();
        const int Count = 4000;
        var labels = Enumerable.Range(0, Count).Select(i => (long)i % Classes).ToArray();
        using var batch = Batch(labels, [.. Enumerable.Range(0, Count)]);
        using var all = Of(Goal.Random, batch);
        var targets = all.TargetClassesOrNull()!;
        Assert.All(targets.Zip(labels), p => Assert.NotEqual(p.Second, p.First));
        // Each of the four steps from the label is as likely: 1,000 of each, by five standard deviations.
        var steps = targets.Zip(labels, (t, l) => (t - l + Classes) % Classes).CountBy(s => s);
        Assert.Equal(Classes - 1, steps.Count());
        Assert.All(steps, s => Assert.InRange(s.Value, 860, 1140));

        using var some = batch.Select([17, 3999, 5]);
        using var few = Of(Goal.Random, some);
        Assert.Equal([targets[17], targets[3999], targets[5]], few.TargetClassesOrNull()!);
        using var later = Aim.Of(Goal.Random, some, Classes, 0, (3, 5), () => empty(0));
        Assert.Equal(few.TargetClassesOrNull()!, later.TargetClassesOrNull()!);
        using var seeded = Aim.Of(Goal.Random, batch, Classes, 1, (0, 1), () => empty(0));
        Assert.NotEqual(targets, seeded.TargetClassesOrNull()!);
    }

    private static Aim Of(Goal goal, Batch batch, Tensor? clean = null) =>
        Aim.Of(goal, batch, Classes, 0, (0, 1), () => clean!);

    private static Batch Batch(long[] labels, long[] indices) => new(zeros(labels.Length, 1), tensor(labels), indices);
}
