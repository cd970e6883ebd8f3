using Temper.Data;
using Temper.Errors;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Tests.Training.Contract;
using Temper.Threats;
using Temper.Training;
using static TorchSharp.torch;

namespace Temper.Tests.Training;

/// <summary>MMA on linear networks of two classes, whose boundary is |z_0 − z_1| by the dual norm of w_0 − w_1 away.</summary>
public sealed class MarginTrainingTests
{
    private static readonly float[] Values = [0.5f, 0.45f, 0.56f, 0.4f, 0.4f, 0.98f, 0.6f, 0.4f];

    [Theory]
    [InlineData("linf:0.1", 1.0)]
    [InlineData("l2:0.1", 2.0)]
    [InlineData("l1:0.1", double.PositiveInfinity)]
    public void Distances_are_those_of_the_boundary(string text, double dual)
    {
        using var model = Toy.Linear(
            new float[,]
            {
                { 1.5f, -1 },
                { -1.5f, 1 },
            },
            [0, 0],
            new(1, 1, 2)
        );
        using var batch = Examples([0, 0, 1, 0]);
        var mma = ContractObjectives.Create("mma", ("distance", "3"), ("steps", "40"), ("bisections", "20"));
        var threat = ThreatModel.Parse(text);
        // Searched twice: the second time in balls of the size that was found.
        OneStep.Of(mma, model, batch, threat, (0, 0.5));
        OneStep.Of(mma, model, batch, threat, (1, 0.5));
        var state = ((ICarriesState)mma).State.ToDictionary(s => s.Name, s => s.Value, StringComparer.Ordinal);
        Assert.Equal([0L, 1, 2, 3], Tensors.ToArray<long>(state["examples"]));
        var found = Tensors.ToArray<float>(state["distances"]);
        var length = dual switch
        {
            1 => 5,
            2 => Math.Sqrt(13),
            _ => 3,
        };
        for (var i = 0; i < found.Length; i++)
        {
            var distance = Math.Abs(2 * ((1.5 * Values[2 * i]) - Values[(2 * i) + 1])) / length;
            // No point nearer is wrong. Under L∞ the search ends in a corner; else a little beside the nearest point.
            Assert.InRange(found[i], distance - 1e-5, dual == 1 ? distance + 1e-5 : 1.02 * distance);
        }
    }

    [Fact]
    public void What_is_wrong_is_trained_on_as_it_is_and_what_lies_beyond_the_limit_not_at_all()
    {
        using var model = Toy.Linear(
            new float[,]
            {
                { 1.5f, -1 },
                { -1.5f, 1 },
            },
            [0, 0],
            new(1, 1, 2)
        );
        using var batch = Examples([1, 0, 1, 0]);
        var mma = ContractObjectives.Create("mma", ("clean", "0"), ("distance", "0.14"), ("bisections", "10"));
        var step = OneStep.Of(mma, model, batch, ThreatModel.Parse("linf:0.1"));
        var clean = Tensors.ToArray<float>(batch.Inputs);
        // The first is wrong, and its label is 1 while z_0 is larger.
        Assert.Equal(clean[..2], step.Trained[1][..2]);
        Assert.NotEqual(clean[2..4], step.Trained[1][2..4]);
        // Distances 0.176, 0.152 and 0.2 lie beyond, so only the first counts: its cross-entropy, by four.
        var gap = 2 * ((1.5 * Values[0]) - Values[1]);
        Assert.Equal(Math.Log(1 + Math.Exp(gap)) / 4, step.Loss, 1e-6);
    }

    [Theory]
    [InlineData("l0:1")]
    public void Balls_that_do_not_scale_are_refused(string text)
    {
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, 2, 1);
        var error = Assert.Throws<ConfigException>(() =>
            OneStep.Of(ContractObjectives.Create("mma"), model, batch, ThreatModel.Parse(text))
        );
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_remembered_comes_back()
    {
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, 5, 1);
        var threat = ThreatModel.Parse("linf:0.1");
        var first = (ICarriesState)ContractObjectives.Create("mma");
        OneStep.Of((Objective)first, model, batch, threat);
        var second = (ICarriesState)ContractObjectives.Create("mma");
        using var scope = NewDisposeScope();
        second.Restore(first.State.ToDictionary(s => s.Name, s => s.Value, StringComparer.Ordinal));
        Assert.Equal(2, second.State.Count());
        foreach (var (one, two) in first.State.Zip(second.State))
        {
            Assert.True(Tensors.Identical(one.Value, two.Value), one.Name);
        }
        second.Forget();
        Assert.Empty(second.State);
    }

    private static Batch Examples(long[] labels) => new(tensor(Values, [4, 1, 1, 2]), tensor(labels), [0, 1, 2, 3]);
}
