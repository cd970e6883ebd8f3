using Temper.Tests.Certification;

namespace Temper.Slow.Tests;

/// <summary>A hundred thousand random networks, inputs and budgets, of which the fast tests have a few thousand.</summary>
public sealed class SoundnessSlowTests
{
    private const int Networks = 250;
    private const int First = 1000;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void Points_never_leave_the_bounds(int part)
    {
        for (var i = 0; i < Networks; i++)
        {
            Soundness.Check(First + (part * Networks) + i, inputs: 50, alpha: i % 10 == 0);
        }
    }
}
