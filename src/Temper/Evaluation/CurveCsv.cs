using System.Globalization;
using Temper.Errors;

namespace Temper.Evaluation;

/// <summary>Reads and writes <c>curve.csv</c>: one row per budget, from 0 upward.</summary>
public static class CurveCsv
{
    /// <summary>The file's name.</summary>
    public const string FileName = "curve.csv";

    /// <summary>The header line.</summary>
    public const string Header = "budget,n,robust,attack,forwards,gradients";

    /// <summary>Writes the table, atomically.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="rows">The rows, budgets rising from 0.</param>
    /// <exception cref="RunFailedException">The file cannot be written.</exception>
    /// <exception cref="UsageException">An attack's name holds a comma, a quote or a control character.</exception>
    public static void Write(string path, IEnumerable<CurveRow> rows) =>
        CsvTable.Write(
            path,
            Header,
            rows,
            r => $"{CsvTable.Number(r.Budget)},{r.N},{r.Robust},{CsvTable.Name(r.Attack)},{r.Forwards},{r.Gradients}"
        );

    /// <summary>Reads the table strictly.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The rows: the first at budget 0 and <c>clean</c>, budgets rising, counts never rising.</returns>
    /// <exception cref="DataException">
    /// The file is missing or cut off, a field is wrong, or a row contradicts the one before; the message names file and line.
    /// </exception>
    public static IReadOnlyList<CurveRow> Read(string path)
    {
        CurveRow? before = null;
        var rows = CsvTable.Read(path, Header, line => before = Parse(line, before));
        return rows.Count >= 2
            ? rows
            : throw new DataException(
                $"{Path.GetFileName(path)}: found {rows.Count} rows, expected budget 0 and at least one above it."
            );
    }

    private static CurveRow Parse(CsvLine line, CurveRow? before)
    {
        var row = new CurveRow(
            line.OptionalDistance(0) ?? throw line.Error("budget: found an empty field, expected a number from 0."),
            line.Class(1),
            line.Class(2),
            line.Required(3),
            line.Count(4),
            line.Count(5)
        );
        return Problem(row, before) is { } problem ? throw line.Error(problem) : row;
    }

    private static string? Problem(CurveRow row, CurveRow? before)
    {
        if (row.N < 1 || row.Robust > row.N)
        {
            return $"found robust {row.Robust} of n {row.N}, expected at least one example and no more than all.";
        }
        if (before is null)
        {
            return row is { Budget: 0, Attack: CurveRow.Clean }
                ? null
                : $"found budget {Number(row.Budget)} of '{row.Attack}' first, expected budget 0 and '{CurveRow.Clean}'.";
        }
        if (row.Attack == CurveRow.Clean)
        {
            return $"attack: found '{CurveRow.Clean}' at budget {Number(row.Budget)}, expected the attack's name.";
        }
        if (row.Budget <= before.Budget)
        {
            return $"budget: found {Number(row.Budget)} after {Number(before.Budget)}, expected a larger one.";
        }
        if (row.N != before.N || row.Robust > before.Robust)
        {
            return $"found robust {row.Robust} of {row.N} after {before.Robust} of {before.N}, expected the same n and no more than before: what is broken stays broken at larger budgets.";
        }
        return null;
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
