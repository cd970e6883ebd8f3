namespace Temper.Threats;

/// <summary>What a search along the decision boundary needs of a norm: lengths, ways towards the clean input, directions.</summary>
/// <remarks>Inputs are rows of values inside the box.</remarks>
/// <param name="box">The box of legal inputs.</param>
internal abstract class BoundaryGeometry(PixelRange box)
{
    /// <summary>Gets the box of legal inputs.</summary>
    public PixelRange Box => box;

    /// <summary>Gets whether all directions are alike: the ball is that of the Euclidean length.</summary>
    public abstract bool IsRound { get; }

    /// <summary>The distance of two inputs.</summary>
    public abstract double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b);

    /// <summary>The nearest point (Euclidean) to an input within a distance of the clean one; both lie in the box, and so does it.</summary>
    /// <param name="clean">The clean input.</param>
    /// <param name="point">The input.</param>
    /// <param name="radius">The distance.</param>
    /// <param name="pulled">Overwritten; may be <paramref name="point"/>.</param>
    public abstract void Pull(ReadOnlySpan<float> clean, ReadOnlySpan<float> point, double radius, Span<float> pulled);

    /// <summary>Turns a gradient into the direction of steepest ascent, of length 1 in this norm; zeros stay zeros.</summary>
    public abstract void Steepest(Span<float> gradient);

    /// <summary>The share of the distance to which a boundary is located, θ in Chen et al. 2020.</summary>
    /// <param name="values">The number of values d of an input.</param>
    public abstract double Tolerance(int values);

    /// <summary>How far from the boundary its direction is estimated, as a share of the distance: δ in Chen et al. 2020, equation 15.</summary>
    /// <param name="values">The number of values d of an input.</param>
    public abstract double ProbeShare(int values);

    /// <summary>A number brought into the box.</summary>
    protected float InBox(double value) => Math.Clamp((float)value, (float)box.Low, (float)box.High);
}
