using Temper.Attacks;
using Temper.Data;
using Temper.Errors;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Threats;
using Temper.Workflow;
using static TorchSharp.torch;

namespace Temper.Tests.Attacks;

/// <summary>The Square attack against closed forms, and on inputs of every shape.</summary>
public sealed class SquareTests
{
    private static readonly InputShape Shape = new(1, 2, 3);
    private static readonly float[] Weights = [0.7f, -0.3f, 0.1f, -0.9f, 0.5f, 0.2f];

    [Fact]
    public void Under_Linf_it_reaches_the_closed_form_of_a_linear_model()
    {
        using var model = Toy.Linear(TwoClass(), [0.05f, -0.02f], Shape);
        using var batch = Toy.RightBatch(model, 40, 1, 0.3, 0.7);
        using var result = new Square(new() { Queries = 800 }).Run(
            model,
            batch,
            ThreatModel.Parse("linf:0.1"),
            new Rng(0)
        );
        var reachable = Margins(model, batch).Select(m => m + (0.1 * 2 * Weights.Sum(w => Math.Abs(w)))).ToArray();
        Assert.Equal(reachable.Select(r => r >= 0), result.Broken);
        Assert.Contains(true, result.Broken);
        Assert.Contains(false, result.Broken);
    }

    [Fact]
    public void Under_L2_it_never_goes_beyond_the_closed_form_and_comes_near_it()
    {
        var shape = new InputShape(1, 8, 8);
        var weights = new float[2, 64];
        for (var i = 0; i < 64; i++)
        {
            weights[0, i] = MathF.Cos(i) + 0.5f;
            weights[1, i] = -weights[0, i];
        }
        var middle = Enumerable.Range(0, 64).Sum(i => weights[0, i]);
        using var model = Toy.Linear(weights, [-middle / 2, middle / 2], shape);
        using var batch = Toy.RightBatch(model, 100, 1);
        using var result = new Square(new() { Queries = 2000 }).Run(
            model,
            batch,
            ThreatModel.Parse("l2:0.2"),
            new Rng(0)
        );
        var reach = 0.2 * 2 * Math.Sqrt(Enumerable.Range(0, 64).Sum(i => Math.Pow(weights[0, i], 2)));
        using var scope = NewDisposeScope();
        var margins = Margins(model, batch);
        Assert.Contains(true, result.Broken);
        Assert.Contains(false, result.Broken);
        Assert.All(margins.Zip(result.Broken), p => Assert.True(!p.Second || p.First + reach >= 0));
        var shares = margins.Zip(result.Broken).Where(p => p.Second).Select(p => -p.First / reach);
        Assert.True(shares.Max() > 0.7, string.Join(" ", margins.Zip(result.Broken, (m, b) => $"{-m / reach:F2}{b}")));
    }

    [Theory]
    [InlineData("linf:0.06")]
    [InlineData("l2:0.3")]
    public void An_example_goes_its_way_whatever_is_attacked_with_it(string text)
    {
        using var model = Toy.ConvNet(5);
        using var batch = Toy.RightBatch(model, 70, 4, 0, 1);
        using var some = batch.Select([69, 3, 40]);
        var (attack, threat) = (new Square(new() { Queries = 300 }), ThreatModel.Parse(text));
        using var all = attack.Run(model, batch, threat, new Rng(2));
        using var few = attack.Run(model, some, threat, new Rng(2));
        using var index = tensor(new long[] { 69, 3, 40 });
        using var same = all.Inputs.index_select(0, index);
        Assert.True(Tensors.Identical(same, few.Inputs));
        Assert.Equal([all.Forwards[69], all.Forwards[3], all.Forwards[40]], few.Forwards);
        Assert.Contains(true, all.Broken);
        Assert.Contains(false, all.Broken);
    }

    [Fact]
    public void Queries_are_counted_per_example_until_it_is_wrong()
    {
        // The first example is wrong at the first query, the second one never.
        using var model = Toy.Linear(
            new float[,]
            {
                { 1, 1, 1, 1, 1, 1 },
                { -1, -1, -1, -1, -1, -1 },
            },
            [-3.0001f, 3.0001f],
            Shape
        );
        using var inputs = stack([full([1, 2, 3], 0.5002f), full([1, 2, 3], 0.9f)]);
        using var batch = new Batch(inputs, zeros([2], dtype: ScalarType.Int64), [7, 8]);
        using var result = new Square(new() { Queries = 40, Restarts = 3 }).Run(
            model,
            batch,
            ThreatModel.Parse("linf:0.1"),
            new Rng(0)
        );
        Assert.Equal([true, false], result.Broken);
        Assert.InRange(result.Forwards[0], 2, 41);
        Assert.Equal(3 * (40 + 1), result.Forwards[1]);
        Assert.Equal([0L, 0L], result.Gradients);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 1, 13)]
    [InlineData(2, 9, 1)]
    [InlineData(3, 4, 11)]
    [InlineData(1, 28, 28)]
    public void Every_shape_has_legal_points_that_use_the_budget(int channels, int height, int width)
    {
        var shape = new InputShape(channels, height, width);
        using var model = Toy.Linear(new float[2, shape.Values], [1, 0], shape);
        using var batch = Toy.RightBatch(model, 5, 3, 0.3, 0.7);
        foreach (var threat in (ThreatModel[])[ThreatModel.Parse("linf:0.2"), ThreatModel.Parse("l2:0.25")])
        {
            using var result = new Square(new() { Queries = 60 }).Run(model, batch, threat, new Rng(1));
            Assert.All(threat.Contains(result.Inputs, batch.Inputs, slack: 0), Assert.True);
            Assert.All(result.Distances, d => Assert.Equal(threat.Epsilon.Value, d, 1e-4));
        }
    }

    [Fact]
    public void Under_Linf_every_value_is_at_an_end_of_its_interval()
    {
        using var model = Toy.ConvNet(5);
        using var batch = Toy.RightBatch(model, 20, 4, 0, 1);
        using var result = new Square(new() { Queries = 100 }).Run(
            model,
            batch,
            ThreatModel.Parse("linf:0.1"),
            new Rng(2)
        );
        var (clean, found) = (Tensors.ToArray<float>(batch.Inputs), Tensors.ToArray<float>(result.Inputs));
        Assert.All(
            clean.Zip(found),
            p => Assert.True(Math.Abs(Math.Abs(p.First - p.Second) - 0.1) < 1e-6 || p.Second is 0 or 1)
        );
    }

    [Fact]
    public void Windows_shrink_as_the_reference_has_it()
    {
        var plain = new Square(new());
        (int Query, double Share)[] expected =
        [
            (1, 0.8),
            (10, 0.8),
            (11, 0.4),
            (50, 0.4),
            (51, 0.2),
            (201, 0.1),
            (501, 0.05),
            (1001, 0.025),
            (4999, 0.00625),
        ];
        Assert.All(expected, e => Assert.Equal(e.Share, plain.Share(e.Query), 1e-12));
        // Stretched to 1,000 queries, the last of nine halvings comes at the 801st.
        var stretched = new Square(new() { Queries = 1000, Rescale = true });
        Assert.Equal(0.8 / 512, stretched.Share(801), 1e-12);
        Assert.Equal(0.8 / 256, stretched.Share(800), 1e-12);
    }

    [Fact]
    public void The_last_row_and_column_are_reached()
    {
        var moves = ThreatModel.Parse("linf:0.5").Windows(1, 4, 5);
        var clean = Enumerable.Repeat(0.5f, 20).ToArray();
        var seen = new bool[20];
        for (var row = 0; row < 8; row++)
        {
            for (var column = 0; column < 8; column++)
            {
                var point = clean.ToArray();
                moves.Move(clean, point, [row / 8f, column / 8f, 0.9f], 0.05);
                Assert.Single(point, v => v != 0.5f);
                seen[Array.IndexOf(point, 1f)] = true;
            }
        }
        Assert.All(seen, Assert.True);
    }

    [Fact]
    public void The_pattern_has_length_one_and_two_opposite_bumps()
    {
        var square = BumpWindows.Pattern(4, 4, acrossRows: true);
        Assert.Equal(1, square.Sum(v => (double)v * v), 1e-6);
        Assert.Equal(square[..8].Select(v => -v), square[8..]);
        // Halves of 2 × 4 around (1, 2): distances 2 1 1 1 and 2 1 0 1, sums of 1/(k+1)² from there to k = 2.
        var (near, middle, far) = (1 / 4.0 + 1 / 9.0, 1 + 1 / 4.0 + 1 / 9.0, 1 / 9.0);
        double[] expected = [far, near, near, near, far, near, middle, near];
        Assert.All(expected.Zip(square), p => Assert.Equal(p.First / expected[0], p.Second / square[0], 1e-4));
        Assert.Equal([-1f], BumpWindows.Pattern(1, 1, acrossRows: false));
    }

    [Fact]
    public void Scores_are_enough_and_attacks_that_need_more_are_refused()
    {
        using var net = Toy.ConvNet(5);
        using var model = new ScoresOnly(net);
        using var batch = Toy.RightBatch(net, 6, 4);
        var threat = ThreatModel.Parse("linf:0.1");
        using var result = new Square(new() { Queries = 20 }).Run(model, batch, threat, new Rng(0));
        var error = Assert.Throws<ModelException>(() => new Pgd(new()).Run(model, batch, threat, new Rng(0)));
        Assert.StartsWith(
            "pgd: it needs gradients, and this model offers scores only; attacks that can work with it: ",
            error.Message,
            StringComparison.Ordinal
        );
        RequestedAttack[] asked =
        [
            .. ((string[])["fgsm", "square", "pgd-margin"]).SelectMany(id =>
                RequestedAttack.Resolve([new(id, id, null)], [])
            ),
        ];
        var refusal = Assert.Throws<ModelException>(() => AccessCheck.Run(model, threat, asked));
        Assert.StartsWith(
            "attack fgsm, pgd-margin: cannot run, since this model offers scores only; attacks that can work with it: ",
            refusal.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("square", refusal.Message, StringComparison.Ordinal);
        AccessCheck.Run(model, threat, asked[1..2]);
        AccessCheck.Run(net, threat, asked);
    }

    private static float[] Margins(ModuleClassifier model, Batch batch)
    {
        using var scope = NewDisposeScope();
        return Tensors.ToArray<float>(Margin.Instance.PerExample(model.Logits(batch.Inputs), batch.Labels));
    }

    private static float[,] TwoClass()
    {
        var weights = new float[2, Weights.Length];
        for (var i = 0; i < Weights.Length; i++)
        {
            (weights[0, i], weights[1, i]) = (Weights[i], -Weights[i]);
        }
        return weights;
    }

    private sealed class ScoresOnly(IClassifier inner) : IClassifier
    {
        public string Kind => "scores";

        public int Classes => inner.Classes;

        public InputShape Input => inner.Input;

        public PixelRange Range => inner.Range;

        public Access Access => Access.Scores;

        public Device Device => inner.Device;

        public Tensor Logits(Tensor x)
        {
            Assert.False(x.requires_grad);
            return inner.Logits(x);
        }

        public ModeScope Enter(Mode mode) => inner.Enter(mode);

        public void Dispose() { }
    }
}
