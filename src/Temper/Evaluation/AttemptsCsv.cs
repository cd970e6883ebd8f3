using Temper.Errors;

namespace Temper.Evaluation;

/// <summary>Reads and writes <c>attempts.csv</c>: one row per example, attack and restart.</summary>
public static class AttemptsCsv
{
    /// <summary>The header line.</summary>
    public const string Header = "index,phase,attack,restart,outcome,distance,forwards,gradients";

    /// <summary>Writes the table, atomically.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="rows">The rows, in the order they are to stand.</param>
    /// <exception cref="RunFailedException">The file cannot be written.</exception>
    /// <exception cref="UsageException">A name holds a comma, a quote or a control character.</exception>
    public static void Write(string path, IEnumerable<AttemptRow> rows) =>
        CsvTable.Write(
            path,
            Header,
            rows,
            r =>
                $"{r.Index},{CsvTable.Name(r.Phase)},{CsvTable.Name(r.Attack)},{r.Restart},{CsvTable.Name(r.Outcome)},"
                + $"{CsvTable.Number(r.Distance)},{r.Forwards},{r.Gradients}"
        );

    /// <summary>Reads the table strictly.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The rows in file order.</returns>
    /// <exception cref="DataException">
    /// The file is missing or cut off, a field is wrong, or an attempt stands twice; the message names file and line.
    /// </exception>
    public static IReadOnlyList<AttemptRow> Read(string path)
    {
        var seen = new HashSet<(long Index, string Phase, string Attack, int Restart)>();
        return CsvTable.Read(path, Header, line => Parse(line, seen));
    }

    private static AttemptRow Parse(CsvLine line, HashSet<(long Index, string Phase, string Attack, int Restart)> seen)
    {
        var row = new AttemptRow(
            line.Count(0),
            line.Required(1),
            line.Required(2),
            line.Class(3),
            line.OneOf(4, AttemptRow.Broken, AttemptRow.Standing),
            line.OptionalDistance(5),
            line.Count(6),
            line.Count(7)
        );
        if (!seen.Add((row.Index, row.Phase, row.Attack, row.Restart)))
        {
            throw line.Error(
                $"restart {row.Restart} of '{row.Attack}' on example {row.Index} stands twice in phase '{row.Phase}'."
            );
        }
        return row;
    }
}
