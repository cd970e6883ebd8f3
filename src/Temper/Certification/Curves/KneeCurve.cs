using static TorchSharp.torch;

namespace Temper.Certification.Curves;

/// <summary>ReLU and leaky ReLU: the number itself from 0 up, a fraction of it below.</summary>
/// <remarks>Zhang et al. 2018, CROWN, section 3.3; the slope below an unstable unit is 1 or the fraction, whichever leaves less room.</remarks>
/// <param name="fraction">At most 1, so that the curve is convex.</param>
internal sealed class KneeCurve(double fraction) : CurveOp
{
    /// <inheritdoc/>
    public override double Steepest => Math.Max(1, Math.Abs(fraction));

    /// <inheritdoc/>
    public override (double From, double To) Range => (fraction, 1);

    /// <inheritdoc/>
    public override bool HasUpperChoice => false;

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs) =>
        fraction == 0 ? inputs[0].relu() : where(inputs[0].gt(0), inputs[0], inputs[0] * fraction);

    /// <inheritdoc/>
    public override Bounds Interval(IReadOnlyList<Bounds> inputs)
    {
        var z = inputs[0];
        var (left, right) = (Apply([z.Lower]), Apply([z.Upper]));
        if (fraction == 0)
        {
            return new(left, right);
        }
        // Falling and then rising where the fraction is negative: the least is at the bound nearest to 0.
        var least = fraction > 0 ? left : where(Loose(z), zeros_like(left), minimum(left, right));
        var most = fraction > 0 ? right : maximum(left, right);
        return new(least - (least.abs() * (2 * Rounding.Unit)), most + (most.abs() * (2 * Rounding.Unit)));
    }

    /// <inheritdoc/>
    public override Tensor Loose(Bounds z) => z.Lower.lt(0).logical_and(z.Upper.gt(0));

    /// <inheritdoc/>
    public override Lines Between(Bounds z)
    {
        var loose = Loose(z);
        var on = z.Lower.ge(0).to(z.Lower.dtype);
        var settled = on + ((1 - on) * fraction);
        var chord = (z.Upper - (z.Lower * fraction)) / (z.Upper - z.Lower);
        var steep = z.Upper.gt(-z.Lower).to(z.Lower.dtype);
        return new(
            where(loose, steep + ((1 - steep) * fraction), settled),
            null,
            where(loose, chord, settled),
            where(loose, z.Lower * (fraction - chord), zeros_like(chord))
        );
    }

    /// <inheritdoc/>
    public override Lines Sloped(Bounds z, Lines standard, Tensor lower, Tensor? upper) =>
        standard with
        {
            // Slopes found in float32 can lie beside the range by their rounding.
            LowerSlope = where(Loose(z), lower.clamp(Range.From, Range.To), standard.LowerSlope),
        };
}
