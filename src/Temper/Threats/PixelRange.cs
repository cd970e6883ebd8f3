using System.Globalization;

namespace Temper.Threats;

/// <summary>The box every input value lies in; budgets and steps are in its units.</summary>
/// <param name="Low">The smallest legal value.</param>
/// <param name="High">The largest legal value; larger than <paramref name="Low"/>.</param>
public sealed record PixelRange(double Low, double High)
{
    /// <summary>Gets the box [0, 1] of images as float32.</summary>
    public static PixelRange Unit { get; } = new(0, 1);

    /// <summary>Gets the width of the box.</summary>
    public double Width => High - Low;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{Low}, {High}]");
}
