using Temper.Certification;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Certification;

/// <summary>Bounds under a budget for each value: they hold where the budget allows, and what may not change is a point.</summary>
public sealed class BudgetBoundTests
{
    private const int Drawn = 20;

    [Theory]
    [InlineData("linf:0.3", 0.5f)]
    [InlineData("linf:0.3", 0f)]
    [InlineData("l2:1", 0f)]
    public void No_point_the_threat_allows_leaves_the_bounds(string text, float second)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        for (var seed = 0; seed < 6; seed++)
        {
            using var model = Nets.Random(seed);
            using var certifier = Certifier.Of(model);
            var shape = model.Input;
            var values = (int)(shape.Channels * shape.Height * shape.Width);
            var shares = Enumerable
                .Range(0, values)
                .Select(i =>
                    i % 3 == 0 ? 1
                    : i % 3 == 1 ? second
                    : 0f
                );
            var threat = ThreatModel
                .Parse(text)
                .Under(new([.. shares], (int)shape.Channels, (int)shape.Height, (int)shape.Width));
            var x = rand(4, shape.Channels, shape.Height, shape.Width);
            var (lower, upper) = certifier.Scores(x, threat, BoundMethod.Crown);
            var (wideLower, wideUpper) = certifier.Scores(x, ThreatModel.Parse(text), BoundMethod.Crown);
            Assert.True((upper - lower).sum().item<double>() <= (wideUpper - wideLower).sum().item<double>());
            for (var draw = 0; draw < Drawn; draw++)
            {
                // The threat's own projection, which the bounds know nothing of.
                var point = threat.Project(x + (randn_like(x) * 0.5), x);
                var scores = certifier.Graph.Scores(point.to(ScalarType.Float64));
                // Points are float32: as far as that is coarse they may lie outside.
                Assert.True((scores - lower).min().item<double>() >= -1e-5, $"net {seed}");
                Assert.True((upper - scores).min().item<double>() >= -1e-5, $"net {seed}");
            }
        }
    }

    [Fact]
    public void What_may_not_change_is_a_point()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var x = rand(2, 1, 2, 2);
        var threat = ThreatModel.Parse("linf:0.2").Under(new([0, 1, 0, 0.5f], 1, 2, 2));
        var box = InputSet.Of(threat, x).Box;
        var width = Tensors.ToArray<double>((box.Upper - box.Lower).amax([0L]));
        Assert.Equal(0, width[0], 1e-12);
        Assert.True(width[1] > width[3] && width[3] > 0.05);
        Assert.Equal(0, width[2], 1e-12);
    }
}
