using System.Globalization;
using Temper.Errors;
using Temper.Evaluation;

namespace Temper.Certification.Smoothing;

/// <summary>Certified accuracy against the radius, and its file <c>smoothed-curve.csv</c>.</summary>
public static class SmoothedCurve
{
    /// <summary>The file's name.</summary>
    public const string FileName = "smoothed-curve.csv";

    /// <summary>The header line.</summary>
    public const string Header = "radius,certified,n,rate";

    private const int StepsPerSigma = 5;

    /// <summary>The curve: from 0 in steps of σ/5 up to the largest radius that N can prove, and at one radius more.</summary>
    /// <param name="rows">The certificates, at least one.</param>
    /// <param name="settings">Their settings.</param>
    /// <param name="budget">The radius that was asked for.</param>
    public static IReadOnlyList<SmoothedPoint> Of(
        IReadOnlyList<SmoothedRow> rows,
        SmoothingSettings settings,
        double budget
    )
    {
        var steps = (int)Math.Ceiling(settings.LargestRadius * StepsPerSigma / settings.Sigma);
        IEnumerable<double> radii = Enumerable.Range(0, steps + 1).Select(i => i * settings.Sigma / StepsPerSigma);
        return [.. radii.Append(budget).Distinct().Order().Select(radius => At(rows, radius))];
    }

    /// <summary>Writes the table, atomically.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="points">The points.</param>
    /// <exception cref="RunFailedException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<SmoothedPoint> points) =>
        CsvTable.Write(
            path,
            Header,
            points,
            p => string.Create(CultureInfo.InvariantCulture, $"{p.Radius:R},{p.Certified},{p.N},{p.Rate:R}")
        );

    private static SmoothedPoint At(IReadOnlyList<SmoothedRow> rows, double radius)
    {
        var certified = rows.Count(r => r.HoldsAt(radius));
        return new(radius, certified, rows.Count, (double)certified / rows.Count);
    }
}
