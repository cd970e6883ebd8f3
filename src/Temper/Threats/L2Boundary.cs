using Temper.Numerics;

namespace Temper.Threats;

/// <summary>The Euclidean geometry of a search along the decision boundary.</summary>
internal sealed class L2Boundary(PixelRange box) : BoundaryGeometry(box)
{
    /// <inheritdoc/>
    public override bool IsRound => true;

    /// <inheritdoc/>
    public override double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b) =>
        Math.Sqrt(WideRows.SquaredDistance(a, b));

    /// <inheritdoc/>
    public override void Pull(ReadOnlySpan<float> clean, ReadOnlySpan<float> point, double radius, Span<float> pulled)
    {
        var length = Distance(clean, point);
        var share = length > radius ? radius / length : 1;
        if (share < 1)
        {
            WideRows.Between(clean, point, share, ((float)Box.Low, (float)Box.High), pulled);
        }
        else
        {
            point.CopyTo(pulled);
        }
    }

    /// <inheritdoc/>
    public override void Steepest(Span<float> gradient)
    {
        var sum = 0.0;
        foreach (var value in gradient)
        {
            sum += (double)value * value;
        }
        var scale = sum > 0 ? 1 / Math.Sqrt(sum) : 0;
        for (var i = 0; i < gradient.Length; i++)
        {
            gradient[i] = (float)(gradient[i] * scale);
        }
    }

    /// <inheritdoc/>
    public override double Tolerance(int values) => Math.Min(0.1, 1 / (values * Math.Sqrt(values)));

    /// <inheritdoc/>
    public override double ProbeShare(int values) => Math.Sqrt(values) * Tolerance(values);
}
