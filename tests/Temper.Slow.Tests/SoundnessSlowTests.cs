using Temper.Tests.Certification;

namespace Temper.Slow.Tests;

/// <summary>A hundred thousand random networks, inputs and budgets, of which the fast tests have a few hundred; an eighth of them unless all are asked for.</summary>
public sealed class SoundnessSlowTests
{
    private const int Networks = 250;
    private const int First = 1000;

    [Theory]
    [InlineData(0)]
    [InlineData(1, Explicit = true)]
    [InlineData(2, Explicit = true)]
    [InlineData(3, Explicit = true)]
    [InlineData(4, Explicit = true)]
    [InlineData(5, Explicit = true)]
    [InlineData(6, Explicit = true)]
    [InlineData(7, Explicit = true)]
    public void Points_never_leave_the_bounds(int part)
    {
        for (var i = 0; i < Networks; i++)
        {
            // 11 and the number of budgets have no common divisor, so that slopes are optimised under every budget.
            Soundness.Check(First + (part * Networks) + i, inputs: 50, alpha: i % 11 == 0);
        }
    }
}
