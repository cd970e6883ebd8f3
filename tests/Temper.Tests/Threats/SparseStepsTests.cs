using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Threats;

/// <summary>APGD's moves under L1, by hand.</summary>
public sealed class SparseStepsTests
{
    private const int Values = 10;
    private static readonly ThreatModel Threat = ThreatModel.Parse("l1:2");

    [Fact]
    public void A_fifth_of_the_values_moves_first_by_equal_sizes()
    {
        using var scope = NewDisposeScope();
        var clean = full([1, 1, 1, Values], 0.5f);
        using var region = Threat.Around(clean);
        var steps = Threat.AutoSteps(new(region, clean, clean, [0], 100, 0.75, IsContinued: false));
        var slopes = zeros_like(clean);
        slopes[0, 0, 0, 3] = 5f;
        slopes[0, 0, 0, 7] = -4f;
        slopes[0, 0, 0, 8] = 1f;
        // Two values take half of the budget each, and the box leaves a half of that.
        var next = Tensors.ToArray<float>(steps.Next(clean, null, slopes));
        Assert.Equal([0.5f, 0.5f, 0.5f, 1f, 0.5f, 0.5f, 0.5f, 0f, 0.5f, 0.5f], next);
    }

    [Fact]
    public void A_continued_search_moves_two_thirds_of_the_values_its_start_has_changed()
    {
        using var scope = NewDisposeScope();
        var clean = full([1, 1, 1, Values], 0.5f);
        using var region = Threat.Around(clean);
        var start = clean.clone();
        start[0, 0, 0, 0] = 0.6f;
        start[0, 0, 0, 1] = 0.6f;
        start[0, 0, 0, 2] = 0.6f;
        var steps = Threat.AutoSteps(new(region, clean, start, [0], 100, 0.75, IsContinued: true));
        var slopes = arange(1, Values + 1, dtype: ScalarType.Float32).view(1, 1, 1, Values);
        var next = Tensors.ToArray<float>(steps.Next(start, null, slopes));
        Assert.Equal(2, next.Zip(Tensors.ToArray<float>(start)).Count(p => p.First > p.Second));
        Assert.Equal([1f, 1f], next[8..]);
    }

    [Fact]
    public void Where_the_best_point_grows_sparser_the_search_begins_anew_from_it_else_steps_shrink_to_a_tenth()
    {
        using var scope = NewDisposeScope();
        var clean = full([2, 1, 1, Values], 0.5f);
        using var region = Threat.Around(clean);
        var steps = Threat.AutoSteps(new(region, clean, clean, [0, 0], 100, 0.75, IsContinued: false));
        var best = clean.clone();
        best[0, 0, 0, 0] = 1f;
        best[1].fill_(0.6f);
        // Checked at every 4 % of the steps.
        Assert.All(Enumerable.Range(1, 3), _ => Assert.Null(steps.After([0, 0], best)));
        Assert.Equal([true, false], steps.After([0, 0], best)!);
        for (var check = 0; check < 20; check++)
        {
            bool[]? back = null;
            while (back is null)
            {
                back = steps.After([0, 0], best);
            }
            Assert.Equal([false, false], back);
        }
        // A row of ten changed values moves seven of them, by a tenth of the budget in all.
        var slopes = ones_like(clean);
        var next = steps.Next(clean, null, slopes);
        var moved = Tensors.ToArray<float>((next - clean)[1]);
        Assert.Equal(7, moved.Count(m => m > 0));
        Assert.Equal(0.2, moved.Sum(m => (double)m), 1e-5);
    }

    [Theory]
    [InlineData(1, 6, 7)]
    [InlineData(3, 5, 5)]
    [InlineData(1, 1, 9)]
    [InlineData(1, 1, 1)]
    public void Windows_stay_within_ball_and_box(int channels, int height, int width)
    {
        var values = channels * height * width;
        var threat = new L1Threat(Epsilon.Of(Math.Min(1.5, values)));
        var moves = threat.Windows(channels, height, width);
        var clean = new float[values];
        new Rng(1).FillUniform(clean, [0], 0, 0);
        var point = new float[values];
        var draws = new float[Math.Max(moves.StartDraws, moves.MoveDraws)];
        var lengths = new List<double>();
        for (var query = 0; query < 200; query++)
        {
            new Rng(2).FillUniform(draws, [0], 0, (uint)query);
            if (query == 0)
            {
                moves.Start(clean, point, draws);
            }
            else
            {
                moves.Move(clean, point, draws, 0.8 / (1 + (query / 20)));
            }
            Assert.All(point, v => Assert.InRange(v, 0f, 1f));
            lengths.Add(point.Zip(clean, (a, b) => Math.Abs((double)a - b)).Sum());
        }
        Assert.All(lengths, length => Assert.True(length <= threat.Epsilon.Value));
        Assert.Contains(lengths, length => length > 0.3 * Math.Min(threat.Epsilon.Value, values));
    }
}
