using System.Globalization;

namespace Temper.Evaluation;

/// <summary>Numbers and lists as sentences write them.</summary>
internal static class Words
{
    /// <summary>A count with thousands separated: 8,790.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A share to two decimals, to the nearest: 98.64 %.</summary>
    public static string Percent(double share) => Fixed(share * 100);

    /// <summary>A share to two decimals, never below the true value, for upper bounds.</summary>
    public static string PercentUp(double share) => Fixed(Up(share));

    /// <summary>A count's share to two decimals, never below the true value; exact arithmetic.</summary>
    public static string PercentUp(int count, int n) => Fixed(Math.Ceiling(count * 10_000m / n) / 100m);

    /// <summary>A share to two decimals, never above the true value, for lower limits.</summary>
    public static string PercentDown(double share) => Fixed(Math.Floor((decimal)share * 10_000m) / 100m);

    /// <summary>A count's share to two decimals, never above the true value; exact arithmetic.</summary>
    public static string PercentDown(int count, int n) => Fixed(Math.Floor(count * 10_000m / n) / 100m);

    /// <summary>A number to three significant digits: 0.00392.</summary>
    public static string Number(double value) => value.ToString("G3", CultureInfo.InvariantCulture);

    /// <summary>A difference of shares in points to one decimal: 12.5 points.</summary>
    public static string Points(double share) => (share * 100).ToString("F1", CultureInfo.InvariantCulture) + " points";

    /// <summary>a, b and c.</summary>
    public static string List(IReadOnlyList<string> items) =>
        items.Count switch
        {
            0 => "nothing",
            1 => items[0],
            _ => $"{string.Join(", ", items.Take(items.Count - 1))} and {items[^1]}",
        };

    private static decimal Up(double share) => Math.Ceiling((decimal)share * 10_000m) / 100m;

    private static string Fixed(double percent) => percent.ToString("F2", CultureInfo.InvariantCulture) + " %";

    private static string Fixed(decimal percent) => percent.ToString("F2", CultureInfo.InvariantCulture) + " %";
}
