using Temper.Attacks;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Threats;

namespace Temper.Tests.Attacks;

/// <summary>What DeepFool costs; what it finds is held against closed forms with the others that look for the nearest wrong point.</summary>
public sealed class DeepFoolTests
{
    [Fact]
    public void DeepFool_ends_for_one_example_after_the_other()
    {
        var values = new float[10 * 20];
        new Rng(5).FillNormal(values, [0], 0, 0);
        var weights = new float[10, 20];
        Buffer.BlockCopy(values, 0, weights, 0, values.Length * sizeof(float));
        using var model = Toy.Linear(weights, new float[10], new(1, 4, 5));
        using var batch = Toy.RightBatch(model, 60, 3, 0, 0.05);
        var attack = new DeepFool(new());
        using var together = attack.Run(model, batch, ThreatModel.Parse("l2:4.4"), new Rng(0));
        // Faces cut moves off, of some examples more than of others.
        Assert.True(together.Forwards.Distinct().Count() > 3);
        for (var i = 0; i < 5; i++)
        {
            using var one = batch.Select([i]);
            using var alone = attack.Run(model, one, ThreatModel.Parse("l2:4.4"), new Rng(0));
            Assert.Equal(together.Forwards[i], alone.Forwards[0]);
            Assert.Equal(together.Gradients[i], alone.Gradients[0]);
            Assert.Equal(together.Distances[i], alone.Distances[0], 1e-9);
        }
    }
}
