using static TorchSharp.torch;

namespace Temper.Certification.Curves;

/// <summary>
/// A curve with a derivative. A line of any slope k holds once its shift is the extreme of f(z) − k z between the bounds; the one to
/// begin with is closest to the curve at the midpoint, which leaves the smallest area.
/// </summary>
internal abstract class SmoothCurve : CurveOp
{
    // Functions of the mathematical library are off by a few units in the last place, and an extreme is found up to rounding.
    private const double Slack = 1e-12;
    private const int Halvings = 40;

    /// <inheritdoc/>
    public sealed override double Steepest => Math.Max(Math.Abs(Range.From), Math.Abs(Range.To));

    /// <inheritdoc/>
    public sealed override bool HasUpperChoice => true;

    /// <summary>Gets how often the slope to begin with is halved in search.</summary>
    protected virtual int Steps => Halvings;

    /// <inheritdoc/>
    public sealed override Tensor Apply(IReadOnlyList<Tensor> inputs) => Value(inputs[0]);

    /// <inheritdoc/>
    public sealed override Tensor Loose(Bounds z) => z.Upper.gt(z.Lower);

    /// <inheritdoc/>
    public sealed override Bounds Interval(IReadOnlyList<Bounds> inputs)
    {
        using var scope = NewDisposeScope();
        var z = inputs[0];
        var flat = zeros_like(z.Lower);
        var (least, most) = (Value(Extreme(z, flat, largest: false)), Value(Extreme(z, flat, largest: true)));
        return new(
            (least - (Slack * (1 + least.abs()))).MoveToOuterDisposeScope(),
            (most + (Slack * (1 + most.abs()))).MoveToOuterDisposeScope()
        );
    }

    /// <inheritdoc/>
    public sealed override Lines Between(Bounds z)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (below, above) = (Closest(z, largest: false), Closest(z, largest: true));
        return new(
            below.MoveToOuterDisposeScope(),
            Shift(Extreme(z, below, largest: false), below, largest: false).MoveToOuterDisposeScope(),
            above.MoveToOuterDisposeScope(),
            Shift(Extreme(z, above, largest: true), above, largest: true).MoveToOuterDisposeScope()
        );
    }

    /// <inheritdoc/>
    public sealed override Lines Sloped(Bounds z, Lines standard, Tensor lower, Tensor? upper)
    {
        // Bounds of one example alone serve all of its rows.
        z = new(z.Lower.expand_as(lower), z.Upper.expand_as(lower));
        var (below, above) = (Extreme(z, lower, largest: false), Extreme(z, upper!, largest: true));
        return new(lower, Shift(below, lower, largest: false), upper!, Shift(above, upper!, largest: true))
        {
            LowerTouch = below,
            UpperTouch = above,
        };
    }

    /// <summary>f(z).</summary>
    protected abstract Tensor Value(Tensor z);

    /// <summary>Where f(z) − k z can be largest or smallest inside, moved between the bounds.</summary>
    /// <param name="z">The bounds.</param>
    /// <param name="slope">k.</param>
    protected abstract IReadOnlyList<Tensor> Turning(Bounds z, Tensor slope);

    private Tensor Closest(Bounds z, bool largest)
    {
        var middle = z.Middle();
        var from = full_like(middle, Range.From);
        var to = full_like(middle, Range.To);
        for (var i = 0; i < Steps; i++)
        {
            using var scope = NewDisposeScope();
            var slope = (from + to) / 2;
            var place = Extreme(z, slope, largest);
            // The steeper the line, the further left f − k z is largest, and the further right it is smallest.
            var rises = largest ? place.gt(middle) : place.lt(middle);
            from = where(rises, slope, from).MoveToOuterDisposeScope();
            to = where(rises, to, slope).MoveToOuterDisposeScope();
        }
        return (from + to) / 2;
    }

    private Tensor Shift(Tensor place, Tensor slope, bool largest)
    {
        var shift = Value(place) - (slope * place);
        var slack = Slack * (1 + place.abs());
        return largest ? shift + slack : shift - slack;
    }

    private Tensor Extreme(Bounds z, Tensor slope, bool largest)
    {
        using var scope = NewDisposeScope();
        var places = stack([z.Lower, z.Upper, .. Turning(z, slope)], 0);
        var heights = Value(places) - (slope * places);
        var best = largest ? heights.argmax(0, keepdim: true) : heights.argmin(0, keepdim: true);
        return places.gather(0, best).squeeze(0).MoveToOuterDisposeScope();
    }
}
