using Temper.Errors;
using Temper.Threats;

namespace Temper.Tests.Threats;

public sealed class GoalTests
{
    [Theory]
    [InlineData("linf:8/255", "linf:8/255", "")]
    [InlineData("linf:0.3 target=3", "linf:0.3 target=3", "target=3")]
    [InlineData("  L2:1.5   target=least-likely ", "l2:1.5 target=least-likely", "target=least-likely")]
    [InlineData("target=random l1:10", "l1:10 target=random", "target=random")]
    [InlineData("l0:20 target=all", "l0:20 target=all", "target=all")]
    public void The_goal_is_read_and_printed_with_the_threat(string text, string printed, string goal)
    {
        var threat = ThreatModel.Parse(text);
        Assert.Equal(printed, threat.Text);
        Assert.Equal(goal, threat.Goal.Text);
        Assert.Equal(threat, ThreatModel.Parse(threat.Text));
    }

    [Theory]
    [InlineData("linf:0.3")]
    [InlineData("l2:1.5")]
    [InlineData("l1:10")]
    [InlineData("l0:20")]
    public void Another_budget_keeps_the_goal(string text)
    {
        var threat = ThreatModel.Parse(text) with { Goal = Goal.Of(7) };
        Assert.Equal(Goal.Of(7), threat.With(Epsilon.Of(0)).Goal);
        Assert.NotEqual(ThreatModel.Parse(text), threat);
    }

    [Theory]
    [InlineData("linf:0.3 target=least-likly", "'least-likely'")]
    [InlineData("linf:0.3 target=rand", "'random'")]
    [InlineData("linf:0.3 taget=3", "target=3")]
    [InlineData("linf:0.3 target=-1", "a class such as 3")]
    [InlineData("linf:0.3 target=", "a class such as 3")]
    [InlineData("linf:0.3 target=3 target=4", "2 goals")]
    [InlineData("linf:0.3 least-likely", "the budget")]
    public void An_unknown_goal_names_what_was_meant(string text, string expected) =>
        Assert.Contains(
            expected,
            Assert.Throws<ThreatException>(() => ThreatModel.Parse(text)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_class_is_no_goal_for_its_own_examples()
    {
        Assert.True(Goal.Of(3).Spares(3));
        Assert.False(Goal.Of(3).Spares(2));
        Assert.False(Goal.All.Spares(3));
        Assert.False(Goal.Untargeted.Spares(0));
        Assert.Throws<ThreatException>(() => Goal.Of(-1));
    }
}
