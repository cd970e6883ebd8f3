namespace Temper.Training;

/// <summary>A piecewise linear function of the fraction of training done; it has no state, so resuming needs none.</summary>
/// <param name="points">Pairs (fraction, value), fractions ascending from 0 to 1.</param>
public sealed class Schedule(IReadOnlyList<(double Fraction, double Value)> points)
{
    /// <summary>The value at a fraction of training.</summary>
    /// <param name="fraction">From 0 to 1.</param>
    public double At(double fraction)
    {
        for (var i = 1; i < points.Count; i++)
        {
            var (left, right) = (points[i - 1], points[i]);
            if (fraction <= right.Fraction)
            {
                var width = right.Fraction - left.Fraction;
                var share = width == 0 ? 1 : Math.Clamp((fraction - left.Fraction) / width, 0, 1);
                return left.Value + (share * (right.Value - left.Value));
            }
        }
        return points[^1].Value;
    }
}
