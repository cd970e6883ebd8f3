using Temper.Errors;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Certification;

/// <summary>The inputs an adversary may submit, example by example: a box, and for L2 the part of it within a ball.</summary>
/// <remarks>Tensors belong to the caller's dispose scope.</remarks>
internal sealed record InputSet
{
    private const int Halvings = 24;

    private InputSet(Bounds box, Tensor centre, double? radius) => (Box, Centre, Radius) = (box, centre, radius);

    /// <summary>Gets the smallest box around the inputs, float64 (N, C, H, W).</summary>
    public Bounds Box { get; }

    /// <summary>Gets the clean inputs.</summary>
    public Tensor Centre { get; }

    /// <summary>Gets the radius of the ball; null where the box is all.</summary>
    public double? Radius { get; }

    /// <summary>Whether bounds know the threat.</summary>
    /// <param name="threat">The threat.</param>
    public static bool Knows(ThreatModel threat) => threat is LinfThreat or L2Threat && !threat.Goal.IsTargeted;

    /// <summary>The inputs around clean ones.</summary>
    /// <param name="threat">The threat model: <c>linf</c> or <c>l2</c>.</param>
    /// <param name="inputs">The clean inputs (N, C, H, W), inside the threat's box.</param>
    /// <exception cref="ThreatException">Bounds do not know the threat.</exception>
    public static InputSet Of(ThreatModel threat, Tensor inputs)
    {
        if (!Knows(threat))
        {
            throw new ThreatException(
                $"threat {threat.Text}: bounds know linf and l2 without a class to aim at; an attack's goal makes it only harder to succeed."
            );
        }
        var centre = inputs.to(ScalarType.Float64);
        var budget = threat.Budgets is { } budgets
            ? budgets.For(inputs, ScalarType.Float64) * threat.Epsilon.Value
            : full_like(centre, threat.Epsilon.Value);
        // A unit in the last place outwards, so that the rounded box holds the true one.
        var (low, high) = (centre - budget, centre + budget);
        var box = new Bounds(
            (low - (low.abs() * (2 * Rounding.Unit))).clamp_min(threat.Box.Low).minimum(centre),
            (high + (high.abs() * (2 * Rounding.Unit))).clamp_max(threat.Box.High).maximum(centre)
        );
        // A ball of no radius is its box, a point.
        return new(box, centre, threat is L2Threat && threat.Epsilon.Value > 0 ? threat.Epsilon.Value : null);
    }

    /// <summary>The sets of some examples, in their order, each as often as it is named.</summary>
    public InputSet Rows(Tensor which) => new(Box.Rows(which), Centre.index_select(0, which), Radius);

    /// <summary>The same sets in float32, for searches.</summary>
    public InputSet Rough() =>
        new(
            new(Box.Lower.to(ScalarType.Float32), Box.Upper.to(ScalarType.Float32)),
            Centre.to(ScalarType.Float32),
            Radius
        );

    /// <summary>Lower bounds of linear functions over the sets, rounding covered; gradients follow the coefficients.</summary>
    /// <param name="rows">The functions, of the network's input.</param>
    public Tensor Least(Coefficients rows)
    {
        var a = rows.Values;
        var (low, high) = (rows.Gather(Box.Lower), rows.Gather(Box.Upper));
        var values = a.NumberOfElements / Math.Max(1, a.shape[0]);
        var size = maximum(low.abs(), high.abs()).flatten(1).amax([1]);
        var slack = rows.Sizes() * size * (4 * Rounding.Slack(values));
        if (Radius is null)
        {
            var (middle, radius) = ((low + high) / 2, (high - low) / 2);
            return Coefficients.Sum(a, middle) - Coefficients.Sum(a.abs(), radius) - slack;
        }
        var centre = rows.Gather(Centre);
        return OverBall(a, centre, low - centre, high - centre, Radius.Value) - slack;
    }

    /// <summary>Inputs at which the functions are least in the box, or nearly so in the ball.</summary>
    /// <param name="rows">The functions, of the whole input.</param>
    public Tensor Minimiser(Coefficients rows)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var (low, high) = (Box.Lower.index_select(0, rows.Owner), Box.Upper.index_select(0, rows.Owner));
        if (Radius is not { } radius)
        {
            return where(rows.Values.gt(0), low, high).MoveToOuterDisposeScope();
        }
        var centre = Centre.index_select(0, rows.Owner);
        var (down, up) = (low - centre, high - centre);
        var weight = Weight(rows.Values, down, up, radius);
        return (centre + Move(rows.Values, weight, down, up)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// min a·(c + d) for ‖d‖ ≤ r and d in the box is at least the least of a·(c + d) + w/2 (‖d‖² − r²) in the box, for every w ≥ 0;
    /// the best w is the one at which the least lies on the sphere.
    /// </summary>
    private static Tensor OverBall(Tensor a, Tensor centre, Tensor down, Tensor up, double radius)
    {
        Tensor weight;
        using (no_grad())
        {
            weight = Weight(a.detach(), down, up, radius);
        }
        // The move is the minimiser, so its own dependence on a does not count (envelope theorem).
        Tensor move;
        using (no_grad())
        {
            move = Move(a.detach(), weight, down, up);
        }
        var fence = (move.square().flatten(1).sum(1) - (radius * radius)) * weight.flatten() / 2;
        var slack =
            weight.flatten() * (2 * radius * radius * Rounding.Slack(a.NumberOfElements / Math.Max(1, a.shape[0])));
        return Coefficients.Sum(a, centre + move) + fence - slack;
    }

    private static Tensor Move(Tensor a, Tensor weight, Tensor down, Tensor up) =>
        where(weight.gt(0), -a / weight.clamp_min(1e-200), where(a.gt(0), down, up)).maximum(down).minimum(up);

    private static Tensor Weight(Tensor a, Tensor down, Tensor up, double radius)
    {
        using var scope = NewDisposeScope();
        long[] each = [-1, .. Enumerable.Repeat(1L, (int)a.dim() - 1)];
        // Without the box the weight would be ‖a‖/r; the box only takes length away from the move.
        var to = a.square().flatten(1).sum(1).sqrt().view(each) / radius;
        var from = zeros_like(to);
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (from + to) / 2;
            var isLong = Move(a, middle, down, up).square().flatten(1).sum(1).view(each).gt(radius * radius);
            from = where(isLong, middle, from);
            to = where(isLong, to, middle);
        }
        return to.MoveToOuterDisposeScope();
    }
}
