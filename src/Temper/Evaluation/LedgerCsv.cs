using Temper.Errors;
using Temper.Threats;

namespace Temper.Evaluation;

/// <summary>Reads and writes <c>ledger.csv</c>: one row per example.</summary>
public static class LedgerCsv
{
    /// <summary>The header line.</summary>
    public const string Header = First + ",clean_confidence,adversarial_confidence";

    // What the first version wrote; such files are still read.
    private const string First =
        "index,label,clean_prediction,broken_by,adversarial_prediction,distance,forwards,gradients";

    /// <summary>Writes the table, atomically.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="rows">The rows, in the order they are to stand.</param>
    /// <exception cref="RunFailedException">The file cannot be written.</exception>
    /// <exception cref="UsageException">An attack's name holds a comma, a quote or a control character.</exception>
    public static void Write(string path, IEnumerable<LedgerRow> rows) =>
        CsvTable.Write(
            path,
            Header,
            rows,
            r =>
                $"{r.Index},{r.Label},{r.CleanPrediction},{CsvTable.Name(r.BrokenBy)},{r.AdversarialPrediction},"
                + $"{CsvTable.Number(r.Distance)},{r.Forwards},{r.Gradients},"
                + $"{CsvTable.Number(r.CleanConfidence)},{CsvTable.Number(r.AdversarialConfidence)}"
        );

    /// <summary>Reads the table strictly.</summary>
    /// <param name="path">The file.</param>
    /// <param name="goal">The goal of the evaluation; any wrong class when absent. Under another a clean error need not be broken.</param>
    /// <returns>The rows in file order; indices are unique.</returns>
    /// <exception cref="DataException">
    /// The file is missing or cut off, a field is wrong, or a row contradicts itself; the message names file and line.
    /// </exception>
    public static IReadOnlyList<LedgerRow> Read(string path, Goal? goal = null)
    {
        var seen = new HashSet<long>();
        var header = CsvTable.HeaderOf(path) == First ? First : Header;
        return CsvTable.Read(path, header, line => Parse(line, seen, goal is { IsTargeted: true }, header != First));
    }

    private static LedgerRow Parse(CsvLine line, HashSet<long> seen, bool isTargeted, bool hasConfidences)
    {
        var brokenBy = line.Text(3);
        var row = new LedgerRow(
            line.Count(0),
            line.Class(1),
            line.Prediction(2),
            brokenBy.Length == 0 ? null : brokenBy,
            line.OptionalPrediction(4),
            line.OptionalDistance(5),
            line.Count(6),
            line.Count(7)
        )
        {
            CleanConfidence = hasConfidences ? line.OptionalShare(8) : null,
            AdversarialConfidence = hasConfidences ? line.OptionalShare(9) : null,
        };
        if (!seen.Add(row.Index))
        {
            throw line.Error($"index {row.Index} stands twice; every example has one row.");
        }
        if (!isTargeted && row.CleanPrediction != row.Label && row.BrokenBy != LedgerRow.Clean)
        {
            throw line.Error(
                $"broken_by: found '{brokenBy}', expected 'clean', since clean_prediction {row.CleanPrediction} is not label {row.Label}."
            );
        }
        var byAttack = row.BrokenBy is not null and not LedgerRow.Clean;
        if (byAttack && (row.AdversarialPrediction is null || row.Distance is null))
        {
            throw line.Error(
                $"an example broken by '{brokenBy}' needs both adversarial_prediction and distance; one is empty."
            );
        }
        return row;
    }
}
