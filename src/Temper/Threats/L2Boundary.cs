namespace Temper.Threats;

/// <summary>The Euclidean geometry of a search along the decision boundary.</summary>
internal sealed class L2Boundary(PixelRange box) : BoundaryGeometry(box)
{
    /// <inheritdoc/>
    public override bool IsRound => true;

    /// <inheritdoc/>
    public override double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            var difference = (double)a[i] - b[i];
            sum += difference * difference;
        }
        return Math.Sqrt(sum);
    }

    /// <inheritdoc/>
    public override void Pull(ReadOnlySpan<float> clean, ReadOnlySpan<float> point, double radius, Span<float> pulled)
    {
        var length = Distance(clean, point);
        var share = length > radius ? radius / length : 1;
        for (var i = 0; i < clean.Length; i++)
        {
            pulled[i] = share < 1 ? InBox(clean[i] + (share * ((double)point[i] - clean[i]))) : point[i];
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
