using Temper.Errors;

namespace Temper.Evaluation.Unseen;

/// <summary>Reads and writes <c>unseen.csv</c>: the clean row, then one row per unseen threat and size.</summary>
public static class UnseenCsv
{
    /// <summary>The file's name.</summary>
    public const string FileName = "unseen.csv";

    /// <summary>The header line.</summary>
    public const string Header = "family,name,setting,n,correct,forwards,gradients,leftOut";

    /// <summary>Writes the table, atomically.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="rows">The rows, the clean one first.</param>
    /// <exception cref="RunFailedException">The file cannot be written.</exception>
    /// <exception cref="UsageException">A text holds a comma, a quote or a control character.</exception>
    public static void Write(string path, IEnumerable<UnseenRow> rows) =>
        CsvTable.Write(
            path,
            Header,
            rows,
            r =>
                $"{r.Family},{CsvTable.Name(r.Name)},{CsvTable.Name(r.Setting)},{r.N},{r.Correct},{r.Forwards},{r.Gradients},{CsvTable.Name(r.LeftOut)}"
        );

    /// <summary>Reads the table strictly.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The rows: clean first, families together and in order, each threat and size once.</returns>
    /// <exception cref="DataException">
    /// The file is missing or cut off, a field is wrong, or a row contradicts those before; the message names file and line.
    /// </exception>
    public static IReadOnlyList<UnseenRow> Read(string path)
    {
        var before = new List<UnseenRow>();
        CsvTable.Read(
            path,
            Header,
            line =>
            {
                before.Add(Parse(line, before));
                return before[^1];
            }
        );
        return before.Count >= 2
            ? before
            : throw new DataException(
                $"{Path.GetFileName(path)}: found {before.Count} rows, expected the clean one and at least one threat."
            );
    }

    private static UnseenRow Parse(CsvLine line, List<UnseenRow> before)
    {
        var row = new UnseenRow(
            line.OneOf(0, [.. UnseenRow.Families]),
            line.Required(1),
            line.Text(2),
            line.Class(3),
            line.Class(4),
            line.Count(5),
            line.Count(6),
            line.Text(7)
        );
        return Problem(row, before) is { } problem ? throw line.Error(problem) : row;
    }

    private static string? Problem(UnseenRow row, List<UnseenRow> before)
    {
        if (before.Count == 0)
        {
            return
                row is { Family: UnseenRow.Clean, Name: UnseenRow.Clean, Setting: "", LeftOut: "", N: > 0 }
                && row.Correct <= row.N
                ? null
                : $"found '{row.Family}' with correct {row.Correct} of n {row.N} first, expected '{UnseenRow.Clean}', at least one example and no more correct than all.";
        }
        var clean = before[0];
        if (row.Family == UnseenRow.Clean)
        {
            return $"family: found '{UnseenRow.Clean}' again, expected a threat.";
        }
        if (row.Setting.Length == 0)
        {
            return "setting: found an empty field, expected a size.";
        }
        var families = UnseenRow.Families.ToList();
        if (families.IndexOf(row.Family) < families.IndexOf(before[^1].Family))
        {
            return $"family: found '{row.Family}' after '{before[^1].Family}', expected the order {string.Join(", ", families)}.";
        }
        if (before.Any(r => (r.Family, r.Name, r.Setting) == (row.Family, row.Name, row.Setting)))
        {
            return $"found '{row.Name}' of size '{row.Setting}' again, expected each once.";
        }
        if (row.LeftOut.Length > 0)
        {
            return (row.N, row.Correct, row.Forwards, row.Gradients) == (0, 0, 0, 0)
                ? null
                : $"leftOut: found '{row.LeftOut}' beside counts, expected zeros in a row that was not measured.";
        }
        if (row.N != clean.N || row.Correct > row.N)
        {
            return $"found correct {row.Correct} of n {row.N}, expected n {clean.N} as in the clean row and no more correct than all.";
        }
        // The clean input is among the points of every threat but a corruption.
        return row.Family != UnseenRow.Corruption && row.Correct > clean.Correct
            ? $"correct: found {row.Correct}, expected at most the {clean.Correct} of the clean row."
            : null;
    }
}
