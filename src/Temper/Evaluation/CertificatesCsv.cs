using System.Globalization;
using Temper.Errors;

namespace Temper.Evaluation;

/// <summary>Reads and writes <c>certificates.csv</c>: one row per example.</summary>
public static class CertificatesCsv
{
    /// <summary>The file's name.</summary>
    public const string FileName = "certificates.csv";

    /// <summary>The header line.</summary>
    public const string Header = "index,label,clean_prediction,verdict,by,margin,branches,seconds";

    private const string Certified = "certified";
    private const string Falsified = "falsified";
    private const string Unknown = "unknown";

    /// <summary>Writes the table, atomically.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="rows">The rows, in the order they are to stand.</param>
    /// <exception cref="RunFailedException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<CertificateRow> rows) =>
        CsvTable.Write(
            path,
            Header,
            rows,
            r =>
                $"{r.Index},{r.Label},{r.CleanPrediction},{Word(r.Verdict)},{CsvTable.Name(r.By)},"
                + $"{r.Margin?.ToString("R", CultureInfo.InvariantCulture)},{r.Branches},{CsvTable.Number(r.Seconds)}"
        );

    /// <summary>Reads the table strictly.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The rows in file order; indices are unique.</returns>
    /// <exception cref="DataException">
    /// The file is missing or cut off, a field is wrong, or a row contradicts itself; the message names file and line.
    /// </exception>
    public static IReadOnlyList<CertificateRow> Read(string path)
    {
        var seen = new HashSet<long>();
        return CsvTable.Read(path, Header, line => Parse(line, seen));
    }

    /// <summary>A verdict as the table writes it.</summary>
    /// <param name="verdict">The verdict.</param>
    internal static string Word(Verdict verdict) =>
        verdict switch
        {
            Verdict.Certified => Certified,
            Verdict.Falsified => Falsified,
            _ => Unknown,
        };

    private static CertificateRow Parse(CsvLine line, HashSet<long> seen)
    {
        var by = line.Text(4);
        var row = new CertificateRow(
            line.Count(0),
            line.Class(1),
            line.Prediction(2),
            line.OneOf(3, Certified, Falsified, Unknown) switch
            {
                Certified => Verdict.Certified,
                Falsified => Verdict.Falsified,
                _ => Verdict.Unknown,
            },
            by.Length == 0 ? null : by,
            Margin(line),
            line.Count(6),
            line.OptionalDistance(7) ?? throw line.Error("seconds: found nothing, expected a number.")
        );
        if (!seen.Add(row.Index))
        {
            throw line.Error($"index {row.Index} stands twice.");
        }
        if (row.Verdict == Verdict.Certified && row is not { Margin: > 0, By: not null })
        {
            throw line.Error("a certified example needs a margin above 0 and the method that proved it.");
        }
        if (row.CleanPrediction != row.Label && row is not { Verdict: Verdict.Falsified, By: LedgerRow.Clean })
        {
            throw line.Error(
                $"found {Word(row.Verdict)}, expected {Falsified} by {LedgerRow.Clean}: it is predicted {row.CleanPrediction}, and its label is {row.Label}."
            );
        }
        return row.Verdict == Verdict.Unknown || row.By is not null
            ? row
            : throw line.Error("a falsified example needs what falsified it.");
    }

    private static double? Margin(CsvLine line)
    {
        var text = line.Text(5);
        if (text.Length == 0)
        {
            return null;
        }
        return
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var margin)
            && double.IsFinite(margin)
            ? margin
            : throw line.Error($"margin: found '{Excerpt.Clean(text)}', expected a finite number or nothing.");
    }
}
