using Temper.Threats;

namespace Temper.Tests.Threats;

/// <summary>The checkpoints and halvings of APGD, and the mistakes ports of it have made.</summary>
public sealed class StepHalvingTests
{
    [Fact]
    public void Of_100_steps_the_checkpoints_are_those_of_the_paper() =>
        Assert.Equal([22, 41, 57, 70, 80, 87, 93, 99], StepHalving.Checkpoints(100));

    [Theory]
    [InlineData(1, new[] { 1 })]
    [InlineData(10, new[] { 2, 3, 4, 5, 6, 7, 8, 9, 10 })]
    // Periods 11, 10, 9, 8, 7, 3 is below the least: 6 % of 50 is 3.
    [InlineData(50, new[] { 11, 21, 30, 38, 45 })]
    public void Shares_are_rounded_down_and_are_at_least_one(int steps, int[] expected) =>
        Assert.Equal(expected, StepHalving.Checkpoints(steps)[..expected.Length]);

    [Fact]
    public void A_step_is_halved_when_no_more_than_three_quarters_of_a_period_rose()
    {
        // The first period of 100 steps has 22: 16 rises are 16 ≤ 16.5, 17 are more.
        Assert.Equal([true], FirstCheck(0, Rising(16, 22)));
        Assert.Equal([false], FirstCheck(0, Rising(17, 22)));
    }

    [Fact]
    public void The_first_step_is_compared_with_the_start_and_not_with_a_row_of_zeros()
    {
        // Losses below zero, as the ratio gives: the first step rises from −5 to −4, then 16 more of 21 do: 17 rises.
        float[] losses = [-4, .. Rising(16, 21).Select(v => v - 4)];
        Assert.Equal([false], FirstCheck(-5, losses));
        // And one that falls from 5 to 4 is no rise though 4 is above zero: 16.
        losses = [4, .. Rising(16, 21).Select(v => v + 4)];
        Assert.Equal([true], FirstCheck(5, losses));
    }

    [Fact]
    public void A_best_loss_that_stands_still_halves_only_where_the_check_before_did_not()
    {
        var halving = new StepHalving(100, 0.75, [0]);
        // Rises all the time: not halved, and remembered.
        Assert.Equal([false], Feed(halving, Enumerable.Range(1, 22).Select(i => (float)i)));
        // Falls at once to −1000 and rises 18 times of 19 (> 14.25), never above the best: condition 2 halves.
        Assert.Equal([true], Feed(halving, Enumerable.Range(0, 19).Select(i => i - 1000f)));
        // The same again: the check before halved, so condition 2 does not apply.
        Assert.Equal([false], Feed(halving, Enumerable.Range(0, 16).Select(i => i - 2000f)));
    }

    [Fact]
    public void The_first_check_is_not_held_against_the_start()
    {
        // Falls at first and rises 21 times, never above the start: neither condition holds at the first check.
        Assert.Equal([false], FirstCheck(0, [.. Enumerable.Range(0, 22).Select(i => i - 1000f)]));
    }

    [Fact]
    public void What_was_best_at_a_check_is_a_copy_and_does_not_follow_what_becomes_best()
    {
        var halving = new StepHalving(100, 0.75, [0]);
        Assert.Equal([false], Feed(halving, Enumerable.Range(1, 22).Select(i => (float)i)));
        // The best grows on, so nothing stands still. A port that kept an alias halved here.
        Assert.Equal([false], Feed(halving, Enumerable.Range(23, 19).Select(i => (float)i)));
    }

    [Fact]
    public void Every_example_is_judged_by_itself()
    {
        var halving = new StepHalving(100, 0.75, [0, 0, 0]);
        bool[]? halved = null;
        for (var step = 1; step <= 22; step++)
        {
            halved = halving.After([step, -step, float.NaN]);
            Assert.Equal(step == 22, halved is not null);
        }
        Assert.Equal([false, true, true], halved!);
    }

    private static float[] Rising(int rises, int steps) =>
        [.. Enumerable.Range(1, rises).Select(i => (float)i), .. Enumerable.Repeat((float)rises, steps - rises)];

    private static bool[] FirstCheck(float start, IEnumerable<float> losses) =>
        Feed(new StepHalving(100, 0.75, [start]), losses);

    private static bool[] Feed(StepHalving halving, IEnumerable<float> losses)
    {
        bool[]? last = null;
        foreach (var loss in losses)
        {
            Assert.Null(last);
            last = halving.After([loss]);
        }
        Assert.NotNull(last);
        return last;
    }
}
