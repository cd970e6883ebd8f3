using Temper.Numerics;

namespace Temper.Tests.Numerics;

public sealed class ThreadTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(64)]
    public void All_of_the_work_is_done_once(int shares)
    {
        var done = new int[1000];
        ThreadTeam.Run(
            shares,
            (member, members) =>
            {
                for (var i = done.Length * member / members; i < done.Length * (member + 1) / members; i++)
                {
                    Interlocked.Increment(ref done[i]);
                }
            }
        );
        Assert.All(done, count => Assert.Equal(1, count));
    }

    [Fact]
    public void A_failure_of_the_work_comes_out()
    {
        var failure = Assert.ThrowsAny<InvalidOperationException>(() =>
            ThreadTeam.Run(4, (_, _) => throw new InvalidOperationException("broken"))
        );
        Assert.Equal("broken", (failure.InnerException ?? failure).Message);
        All_of_the_work_is_done_once(4);
    }

    [Fact]
    public void Several_callers_at_once_each_get_their_own_work_done()
    {
        Parallel.For(0, 8, _ => All_of_the_work_is_done_once(4));
    }
}
