using Temper.Attacks;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Threats;

namespace Temper.Tests.Attacks;

/// <summary>A search that draws nothing is not run again for a restart that would find the same.</summary>
public sealed class RepeatedSearchTests
{
    [Fact]
    public void A_search_without_draws_runs_once_and_says_so()
    {
        using var model = Toy.Linear(
            new float[,]
            {
                { 1, -1 },
                { -1, 1 },
            },
            [0, 0],
            new InputShape(1, 1, 2)
        );
        using var batch = Toy.RightBatch(model, 4, 1);
        var threat = ThreatModel.Parse("l2:0.01");
        using var once = new Ddn(new() { Steps = 10 }).Run(model, batch, threat, new Rng(1));
        var attack = new Ddn(new() { Steps = 10, Restarts = 3 });
        using var thrice = attack.Run(model, batch, threat, new Rng(1));
        Assert.Equal(1, attack.Restarts);
        Assert.Equal(once.Gradients, thrice.Gradients);
        Assert.Equal(once.Distances, thrice.Distances);
        Assert.Empty(once.Notices);
        Assert.Contains("one is run", Assert.Single(thrice.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public void A_search_that_draws_runs_again()
    {
        var attack = new Pgd(new() { Restarts = 3 });
        Assert.Equal(3, attack.Restarts);
    }

    [Fact]
    public void The_constant_of_Carlini_and_Wagner_stays_where_the_loss_is_finite()
    {
        // A constant predictor: nothing is ever wrong, so the constant grows tenfold at every search.
        using var model = Toy.Linear(
            new float[,]
            {
                { 0, 0 },
                { 0, 0 },
            },
            [1, 0],
            new InputShape(1, 1, 2)
        );
        using var batch = Toy.RightBatch(model, 2, 1);
        var attack = new CarliniWagner(new() { Steps = 2, Searches = 45 });
        using var result = attack.Run(model, batch, ThreatModel.Parse("l2:1"), new Rng(1));
        Assert.All(result.Broken, Assert.False);
        Assert.All(result.Distances, d => Assert.Equal(0, d));
    }
}
