using Temper.Attacks;
using Temper.Data;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Attacks;

/// <summary>Searches that see labels only, against the exact distance of linear models.</summary>
public sealed class LabelSearchTests
{
    private static readonly InputShape Shape = new(1, 5, 8);

    public static TheoryData<string, string, double> Searches() =>
        new()
        {
            { "hop-skip-jump", "l2:6", 1.15 },
            { "hop-skip-jump", "linf:1", 1.30 },
            { "boundary", "l2:6", 1.15 },
            { "rays", "linf:1", 1.05 },
        };

    [Theory]
    [MemberData(nameof(Searches))]
    public void They_come_near_the_closed_form_and_never_below(string id, string text, double most)
    {
        var (weights, bias) = Weights();
        using var net = Toy.Linear(weights, bias, Shape);
        using var model = new LabelsOnly(net);
        using var batch = Toy.RightBatch(net, 12, 1, 0.3, 0.7);
        var threat = ThreatModel.Parse(text);
        using var result = Create(id).Run(model, batch, threat, new Rng(0));
        Assert.DoesNotContain(false, result.Broken);
        // |z_0 − z_1| / ‖w_0 − w_1‖ of the dual norm; the box lies far away.
        var exact = Margins(net, batch).Select(m => Math.Abs(m) / DualLength(weights, threat)).ToArray();
        var ratios = exact.Zip(result.Distances, (e, d) => d / e).Order().ToArray();
        Assert.True(ratios[0] > 1 - 1e-4, $"{ratios[0]}");
        Assert.True(ratios[6] < most, string.Join(" ", ratios.Select(r => $"{r:F3}")));
    }

    [Theory]
    [MemberData(nameof(Searches))]
    public void An_input_that_is_wrong_is_its_own_nearest_and_costs_one_query(string id, string text, double most)
    {
        _ = most;
        var (weights, bias) = Weights();
        using var net = Toy.Linear(weights, bias, Shape);
        using var right = Toy.RightBatch(net, 4, 1, 0.3, 0.7);
        using var batch = right with { Labels = 1 - right.Labels };
        using var result = Create(id).Run(net, batch, ThreatModel.Parse(text), new Rng(0));
        Assert.True(Tensors.Identical(batch.Inputs, result.Inputs));
        Assert.All(result.Distances, d => Assert.Equal(0, d));
        Assert.All(result.Forwards, f => Assert.Equal(2, f));
    }

    [Theory]
    [MemberData(nameof(Searches))]
    public void Where_no_start_is_found_the_others_are_not_disturbed(string id, string text, double most)
    {
        _ = most;
        // Examples of class 0 can become wrong, those of class 1 never: every point is of class 1.
        using var model = Toy.Linear(new float[2, Shape.Values], [0, 1], Shape);
        var (weights, bias) = Weights();
        using var other = Toy.Linear(weights, bias, Shape);
        using var never = Toy.RightBatch(model, 3, 1);
        using var result = Create(id).Run(model, never, ThreatModel.Parse(text), new Rng(0));
        Assert.DoesNotContain(true, result.Broken);
        Assert.True(Tensors.Identical(never.Inputs, result.Inputs));
    }

    [Fact]
    public void A_block_filled_up_with_repeats_costs_nothing_more()
    {
        var (weights, bias) = Weights();
        using var net = Toy.Linear(weights, bias, Shape);
        using var model = new Contract.Counted(net);
        using var batch = Toy.RightBatch(net, 2, 1);
        using var filled = batch.Select([0, 1, 1, 1, 1, 1, 1, 1]);
        var threat = ThreatModel.Parse("l2:1");
        using var one = Create("hop-skip-jump").Run(model, batch, threat, new Rng(0));
        var calls = model.Calls;
        model.Reset();
        using var two = Create("hop-skip-jump").Run(model, filled, threat, new Rng(0));
        Assert.Equal(calls, model.Calls);
        using var last = two.Inputs[7];
        using var same = one.Inputs[1];
        Assert.True(Tensors.Identical(same, last));
        Assert.Equal(one.Forwards, two.Forwards[..2]);
        Assert.Equal(one.Broken[1], two.Broken[7]);
    }

    [Fact]
    public void Examples_that_are_numbered_alike_and_differ_are_both_searched()
    {
        var (weights, bias) = Weights();
        using var net = Toy.Linear(weights, bias, Shape);
        using var right = Toy.RightBatch(net, 2, 1);
        using var batch = right with { Indices = [5, 5] };
        using var result = Create("rays").Run(net, batch, ThreatModel.Parse("linf:1"), new Rng(0));
        Assert.DoesNotContain(false, result.Broken);
        Assert.All(result.Distances, d => Assert.InRange(d, 0, 0.9));
    }

    [Fact]
    public void A_direction_points_as_the_norm_has_it()
    {
        float[] gradient = [3, 0, -4];
        new L2Boundary(PixelRange.Unit).Steepest(gradient);
        Assert.Equal([0.6f, 0, -0.8f], gradient);
        float[] corner = [3, 0, -4];
        new LinfBoundary(PixelRange.Unit).Steepest(corner);
        Assert.Equal([1, 0, -1], corner);
    }

    [Fact]
    public void A_pull_ends_at_its_distance()
    {
        float[] clean = [0.5f, 0.5f];
        var pulled = new float[2];
        new L2Boundary(PixelRange.Unit).Pull(clean, [0.8f, 0.1f], 0.25, pulled);
        Assert.Equal([0.65, 0.3], pulled.Select(v => Math.Round(v, 5)));
        new LinfBoundary(PixelRange.Unit).Pull(clean, [0.8f, 0.1f], 0.35, pulled);
        Assert.Equal([0.8, 0.15], pulled.Select(v => Math.Round(v, 5)));
    }

    private static Attack Create(string id) =>
        id switch
        {
            "hop-skip-jump" => new HopSkipJump(new() { Queries = 2500 }),
            "boundary" => new BoundaryWalk(new() { Queries = 2500 }),
            _ => new RayS(new() { Queries = 2500, Tolerance = 1e-4 }),
        };

    private static (float[,] Weights, float[] Bias) Weights()
    {
        var weights = new float[2, Shape.Values];
        var middle = 0f;
        for (var i = 0; i < Shape.Values; i++)
        {
            weights[0, i] = MathF.Cos(1.7f * i) + 0.2f;
            weights[1, i] = -weights[0, i];
            middle += weights[0, i] / 2;
        }
        return (weights, [-middle, middle]);
    }

    private static double DualLength(float[,] weights, ThreatModel threat)
    {
        var differences = Enumerable
            .Range(0, Shape.Values)
            .Select(i => (double)weights[0, i] - weights[1, i])
            .ToArray();
        return threat.Norm == "l2" ? Math.Sqrt(differences.Sum(d => d * d)) : differences.Sum(Math.Abs);
    }

    private static float[] Margins(ModuleClassifier model, Batch batch)
    {
        using var scope = NewDisposeScope();
        return Tensors.ToArray<float>(
            Temper.Losses.Margin.Instance.PerExample(model.Logits(batch.Inputs), batch.Labels)
        );
    }
}
