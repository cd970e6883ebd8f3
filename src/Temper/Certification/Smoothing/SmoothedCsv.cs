using System.Globalization;
using Temper.Errors;
using Temper.Evaluation;

namespace Temper.Certification.Smoothing;

/// <summary>Reads and writes <c>smoothed.csv</c>: one certificate of the smoothed classifier per example.</summary>
public static class SmoothedCsv
{
    /// <summary>The file's name.</summary>
    public const string FileName = "smoothed.csv";

    /// <summary>The header line.</summary>
    public const string Header = "index,label,selected,prediction,count,n0,n,alpha,sigma,probability,radius";

    /// <summary>Writes the table, atomically.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="rows">The rows, in the order they are to stand.</param>
    /// <exception cref="RunFailedException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<SmoothedRow> rows) => CsvTable.Write(path, Header, rows, Format);

    /// <summary>Reads the table strictly.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The rows in file order; indices are unique.</returns>
    /// <exception cref="DataException">
    /// The file is missing or cut off, a field is wrong, or a certificate does not follow from its counts; the message names file and line.
    /// </exception>
    public static IReadOnlyList<SmoothedRow> Read(string path)
    {
        var seen = new HashSet<long>();
        return CsvTable.Read(path, Header, line => Parse(line, seen));
    }

    private static string Format(SmoothedRow row)
    {
        var (found, settings) = (row.Certificate, row.Certificate.Settings);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{row.Index},{row.Label},{found.Selected},{found.Prediction},{found.Count},{settings.N0},{settings.N},{settings.Alpha:R},{settings.Sigma:R},{found.Probability:R},{found.Radius:R}"
        );
    }

    private static SmoothedRow Parse(CsvLine line, HashSet<long> seen)
    {
        var (count, n) = (line.Class(4), line.Class(6));
        if (count > n)
        {
            throw line.Error($"count: found {count}, expected at most n, {n}.");
        }
        SmoothingSettings settings;
        try
        {
            settings = new()
            {
                N0 = line.Class(5),
                N = n,
                Alpha = line.OptionalDistance(7) ?? 0,
                Sigma = line.OptionalDistance(8) ?? 0,
            };
        }
        catch (UsageException e)
        {
            throw line.Error(e.Message);
        }
        var row = new SmoothedRow(line.Count(0), line.Class(1), new(line.Prediction(2), count, settings));
        if (!seen.Add(row.Index))
        {
            throw line.Error($"index {row.Index} stands twice.");
        }
        var (probability, radius) = (line.OptionalDistance(9) ?? -1, line.OptionalDistance(10) ?? -1);
        // What follows from the counts is written for people; nobody may have changed it.
        return
            line.Prediction(3) == row.Certificate.Prediction
            && Near(probability, row.Certificate.Probability)
            && Near(radius, row.Certificate.Radius)
            ? row
            : throw line.Error(
                $"prediction {line.Text(3)}, probability {line.Text(9)} and radius {line.Text(10)} do not follow from count, n, alpha and sigma."
            );
    }

    private static bool Near(double found, double expected) => Math.Abs(found - expected) <= 1e-9 * (1 + expected);
}
