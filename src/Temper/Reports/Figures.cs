using System.Globalization;
using Temper.Evaluation;

namespace Temper.Reports;

/// <summary>Numbers as the page writes them; units cannot break away from their numbers.</summary>
internal static class Figures
{
    private const string NoBreak = "\u00A0";

    public static string Count(long value) => Words.Count(value);

    public static string Percent(double share) => Tie(Words.Percent(share));

    public static string PercentUp(double share) => Tie(Words.PercentUp(share));

    public static string PercentUp(int count, int n) => Tie(Words.PercentUp(count, n));

    /// <summary>A sentence whose numbers hold on to their percent signs.</summary>
    public static string Tie(string text) => text.Replace(" %", NoBreak + "%", StringComparison.Ordinal);

    /// <summary>Passes per example, or a dash when there were no examples.</summary>
    public static string PerExample(long passes, int examples) =>
        examples == 0 ? "–" : Number(passes / (double)examples, "N1");

    public static string Duration(double seconds)
    {
        if (seconds < 60)
        {
            return Number(seconds, "F1") + NoBreak + "s";
        }
        var whole = (long)Math.Round(seconds);
        return whole < 3600
            ? string.Create(CultureInfo.InvariantCulture, $"{whole / 60}{NoBreak}min {whole % 60:00}{NoBreak}s")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{whole / 3600:N0}{NoBreak}h {whole / 60 % 60:00}{NoBreak}min"
            );
    }

    /// <summary>A budget in the way the threat model is written: in 255ths where that is.</summary>
    public static string Budget(double value, Runs.ManifestThreat threat) =>
        threat.Text.Split(' ')[0].EndsWith("/255", StringComparison.Ordinal) && value > 0
            ? Number(value * 255, "0.##") + "/255"
            : Number(value, "0.####");

    /// <summary>A number to four decimals; one that these would hide, with two digits and its power of ten.</summary>
    public static string Small(double value) =>
        Number(value, value == 0 || Math.Abs(value) >= 0.001 ? "0.####" : "0.0e0").Replace('-', '−');

    /// <summary>A number to three significant digits, thousands separated; one below 0.0001 with its power of ten.</summary>
    public static string Significant(double value)
    {
        var size = Math.Abs(value);
        if (!double.IsFinite(value) || (size < 1e-4 && value != 0))
        {
            return Number(value, "0.00e0").Replace('-', '−');
        }
        var digit = size < 100 ? 1 : Math.Pow(10, Math.Floor(Math.Log10(size)) - 2);
        return size < 100
            ? Words.Number(value).Replace('-', '−')
            : Number(Math.Round(value / digit) * digit, "N0").Replace('-', '−');
    }

    /// <summary>A number to six decimals, as short as it can be.</summary>
    public static string Short(double value) => Number(value, "0.######");

    public static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>A class by its name, or by its number where it has none.</summary>
    public static string Class(Report report, int label) =>
        report.Evidence.Manifest.Data.ClassNames is { } names && label >= 0 && label < names.Count
            ? names[label]
            : label.ToString(CultureInfo.InvariantCulture);
}
