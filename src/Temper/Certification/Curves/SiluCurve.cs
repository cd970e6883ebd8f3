using static TorchSharp.torch;

namespace Temper.Certification.Curves;

/// <summary>z / (1 + e⁻ᶻ): convex around 0, concave outside.</summary>
internal sealed class SiluCurve : SmoothCurve
{
    // Where the second derivative is 0: the derivative falls, rises from −Turn to Turn, and falls again.
    private const double Turn = 2.399357280515468;
    private const double Most = 1.0998393194;
    private const int Halvings = 30;

    /// <inheritdoc/>
    public override (double From, double To) Range => (1 - Most, Most);

    /// <inheritdoc/>
    protected override int Steps => 20;

    /// <inheritdoc/>
    protected override Tensor Value(Tensor z) => z * z.sigmoid();

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Turning(Bounds z, Tensor slope)
    {
        var (low, high) = (z.Lower, z.Upper);
        var left = low.clamp_min(-Turn).minimum(high);
        var right = low.clamp_min(Turn).minimum(high);
        // Places of −Turn and Turn, moved between the bounds.
        return
        [
            Crossing(low, left, slope, rises: false),
            Crossing(left, right, slope, rises: true),
            Crossing(right, high, slope, rises: false),
        ];
    }

    private static Tensor Crossing(Tensor from, Tensor to, Tensor slope, bool rises)
    {
        for (var i = 0; i < Halvings; i++)
        {
            using var scope = NewDisposeScope();
            var place = (from + to) / 2;
            var share = place.sigmoid();
            var steep = share * (1 + (place * (1 - share)));
            var right = rises ? steep.lt(slope) : steep.gt(slope);
            from = where(right, place, from).MoveToOuterDisposeScope();
            to = where(right, to, place).MoveToOuterDisposeScope();
        }
        return (from + to) / 2;
    }
}
