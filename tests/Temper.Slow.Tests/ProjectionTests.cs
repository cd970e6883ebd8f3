using Temper.Tests.Threats;

namespace Temper.Slow.Tests;

/// <summary>A million projected points per norm.</summary>
public sealed class ProjectionTests
{
    [Theory]
    [InlineData("linf")]
    [InlineData("l2")]
    [InlineData("l1")]
    [InlineData("l0")]
    public void A_million_points_are_legal_in_float64(string norm) =>
        ProjectionSamples.Check(norm, seed: 8, batches: 100, batch: 10_000);
}
