namespace Temper.Threats;

/// <summary>The box in float32, rounded inward: a float32 value between the two is legal in float64.</summary>
/// <param name="Low">The smallest legal float32 value.</param>
/// <param name="High">The largest.</param>
internal readonly record struct BoxFaces(float Low, float High)
{
    /// <summary>The faces of a box.</summary>
    public static BoxFaces Of(PixelRange box)
    {
        var (low, high) = ((float)box.Low, (float)box.High);
        return new(low < box.Low ? MathF.BitIncrement(low) : low, high > box.High ? MathF.BitDecrement(high) : high);
    }

    /// <summary>The nearest legal value; a value that is not a number becomes <paramref name="centre"/>.</summary>
    public float Clip(float value, float centre) => float.IsNaN(value) ? centre : Math.Min(Math.Max(value, Low), High);

    /// <summary>The face that a direction leads to; the value itself for no direction.</summary>
    public float Toward(float direction, float value) =>
        direction > 0 ? High
        : direction < 0 ? Low
        : value;
}
