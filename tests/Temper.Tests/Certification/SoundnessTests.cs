namespace Temper.Tests.Certification;

/// <summary>A few thousand of the cases that the slow suite has a hundred thousand of.</summary>
public sealed class SoundnessTests
{
    [Fact]
    public void Points_never_leave_the_bounds()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            Soundness.Check(seed, inputs: 40, alpha: seed % 6 == 0);
        }
    }
}
