using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace Temper.Runs;

/// <summary>The numbers an option may take; an end that is missing is open.</summary>
internal sealed record ValueRange(double? Minimum, double? Maximum, bool AboveMinimum, bool BelowMaximum)
{
    /// <summary>The range on a property, or null. The ends of the number types count as no end.</summary>
    public static ValueRange? Of(PropertyInfo property)
    {
        if (property.GetCustomAttribute<RangeAttribute>() is not { } range)
        {
            return null;
        }
        var minimum = Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture);
        var maximum = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
        var open = maximum is int.MaxValue or long.MaxValue or double.MaxValue or double.PositiveInfinity;
        return new(
            minimum is int.MinValue or long.MinValue or double.MinValue or double.NegativeInfinity ? null : minimum,
            open ? null : maximum,
            range.MinimumIsExclusive,
            range.MaximumIsExclusive
        );
    }

    /// <summary>Whether a number lies inside.</summary>
    public bool Contains(double value) =>
        (Minimum is not { } low || (AboveMinimum ? value > low : value >= low))
        && (Maximum is not { } high || (BelowMaximum ? value < high : value <= high));

    /// <inheritdoc/>
    public override string ToString()
    {
        var low = Minimum is not { } from ? "" : (AboveMinimum ? "above " : "from ") + Number(from);
        var high = Maximum is not { } to ? "" : (BelowMaximum ? "below " : "") + Number(to);
        return (low.Length, high.Length) switch
        {
            (_, 0) => low,
            (0, _) => BelowMaximum ? high : "up to " + high,
            _ when AboveMinimum => low + (BelowMaximum ? " and " : " up to ") + high,
            _ => $"{low} to {high}",
        };
    }

    private static string Number(double value) =>
        Math.Abs(value) < 1e15 && value == Math.Floor(value)
            ? ((long)value).ToString(CultureInfo.InvariantCulture)
            : value.ToString("R", CultureInfo.InvariantCulture);
}
