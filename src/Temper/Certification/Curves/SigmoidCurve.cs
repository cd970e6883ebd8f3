using static TorchSharp.torch;

namespace Temper.Certification.Curves;

/// <summary>The sigmoid, or the hyperbolic tangent, which is one twice as wide and twice as steep.</summary>
/// <param name="isTanh">Whether it is the tangent.</param>
internal sealed class SigmoidCurve(bool isTanh) : SmoothCurve
{
    private const double Least = 1e-300;

    /// <inheritdoc/>
    public override (double From, double To) Range => (0, Steep);

    private double Steep => isTanh ? 1 : 0.25;

    /// <inheritdoc/>
    protected override Tensor Value(Tensor z) => isTanh ? z.tanh() : z.sigmoid();

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Turning(Bounds z, Tensor slope)
    {
        // f′ = k where the value is (1 ± r)/2 of the way up, r = √(1 − k / f′(0)).
        var share = (slope / Steep).clamp(Least, 1);
        var root = (1 - share).sqrt();
        var place = ((1 + root).square() / share).log() * (isTanh ? 0.5 : 1);
        return [minimum(maximum(place, z.Lower), z.Upper), minimum(maximum(-place, z.Lower), z.Upper)];
    }
}
