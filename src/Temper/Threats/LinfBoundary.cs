using Temper.Numerics;

namespace Temper.Threats;

/// <summary>The geometry of a search along the decision boundary where the largest change of a value counts.</summary>
internal sealed class LinfBoundary(PixelRange box) : BoundaryGeometry(box)
{
    /// <summary>Below this share, float32 cannot tell the points of a bisection apart.</summary>
    private const double Finest = 1e-5;

    /// <inheritdoc/>
    public override bool IsRound => false;

    /// <inheritdoc/>
    public override double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => WideRows.LargestDifference(a, b);

    /// <inheritdoc/>
    public override void Pull(ReadOnlySpan<float> clean, ReadOnlySpan<float> point, double radius, Span<float> pulled)
    {
        for (var i = 0; i < clean.Length; i++)
        {
            var difference = (double)point[i] - clean[i];
            pulled[i] = Math.Abs(difference) > radius ? InBox(clean[i] + Math.CopySign(radius, difference)) : point[i];
        }
    }

    /// <inheritdoc/>
    public override void Steepest(Span<float> gradient)
    {
        for (var i = 0; i < gradient.Length; i++)
        {
            gradient[i] = float.IsNaN(gradient[i]) ? 0 : MathF.Sign(gradient[i]);
        }
    }

    /// <inheritdoc/>
    public override double Tolerance(int values) => Math.Min(0.1, Math.Max(Finest, 1.0 / values / values));

    /// <inheritdoc/>
    /// <remarks>The probes are Euclidean, so that d·θ of the distance is meant of their length.</remarks>
    public override double ProbeShare(int values) => values * Tolerance(values);
}
