using System.Numerics;

namespace Temper.Threats;

/// <summary>Windows under L2.</summary>
internal sealed class L2Windows : BumpWindows
{
    /// <summary>Float32 rounding must not leave the ball: a hair less than the budget is used.</summary>
    private const double Hair = 1 - 1e-6;

    private readonly double _epsilon;
    private readonly PixelRange _box;

    public L2Windows(L2Threat threat, int channels, int height, int width)
        : base(threat.Epsilon.Value * Hair * (threat.Epsilon.Value * Hair), threat.Budgets, channels, height, width)
    {
        (_epsilon, _box) = (threat.Epsilon.Value * Hair, threat.Box);
    }

    /// <inheritdoc/>
    protected override double Sum(ReadOnlySpan<float> values)
    {
        var sums = Vector<double>.Zero;
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(values[i..]), out var low, out var high);
            sums += (low * low) + (high * high);
        }
        var sum = Vector.Sum(sums);
        for (; i < values.Length; i++)
        {
            sum += (double)values[i] * values[i];
        }
        return sum;
    }

    /// <inheritdoc/>
    protected override double Length(double sum) => Math.Sqrt(sum);

    /// <inheritdoc/>
    /// <remarks>The change brought to the budget's length, on the clean input, in the box.</remarks>
    protected override void Write(ReadOnlySpan<float> clean, ReadOnlySpan<float> change, Span<float> point)
    {
        var length = Length(Sum(change));
        var scale = length > 1e-12 ? (float)(_epsilon / length) : 0;
        var (low, high) = ((float)_box.Low, (float)_box.High);
        var (lows, highs) = (new Vector<float>(low), new Vector<float>(high));
        var i = 0;
        for (; i <= point.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var moved = new Vector<float>(clean[i..]) + (new Vector<float>(change[i..]) * scale);
            Vector.Min(Vector.Max(moved, lows), highs).CopyTo(point[i..]);
        }
        for (; i < point.Length; i++)
        {
            point[i] = Math.Clamp(clean[i] + (change[i] * scale), low, high);
        }
    }
}
