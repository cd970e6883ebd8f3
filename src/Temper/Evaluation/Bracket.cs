using Temper.Errors;
using Temper.Runs;

namespace Temper.Evaluation;

/// <summary>The two ends of what is known of an evaluation's examples: so many are certified, so many stand under attack.</summary>
/// <remarks>
/// Certificates speak of the network in real arithmetic, attacks of the network in float32. One whose example is broken all the same, by
/// the rounding of float32, is withdrawn from the lower end, so that the ends never cross.
/// </remarks>
internal sealed record Bracket
{
    private const string Table = CertificatesCsv.FileName;

    private Bracket(ManifestCertification card, int standing, IReadOnlyList<CertificateRow> rows, int n) =>
        (Card, Standing, Rows, N) = (card, standing, rows, n);

    /// <summary>Gets what the manifest says of the certification.</summary>
    public ManifestCertification Card { get; }

    /// <summary>Gets one row per example; empty where there are no bounds.</summary>
    public IReadOnlyList<CertificateRow> Rows { get; }

    /// <summary>Gets the number of examples.</summary>
    public int N { get; }

    /// <summary>Gets how many stand under every attack: the upper end.</summary>
    public int Standing { get; }

    /// <summary>Gets how many are certified and stand: the lower end.</summary>
    public int Certified => Rows.Count(r => r.Verdict == Verdict.Certified) - Withdrawn.Count;

    /// <summary>Gets the certified examples that an attack breaks in float32, ascending.</summary>
    public IReadOnlyList<long> Withdrawn { get; private init; } = [];

    /// <summary>Gets how many each method certified first, withdrawn ones among them.</summary>
    public IReadOnlyDictionary<string, int> By =>
        new SortedDictionary<string, int>(
            Rows.Where(r => r.Verdict == Verdict.Certified).CountBy(r => r.By!).ToDictionary(),
            StringComparer.Ordinal
        );

    /// <summary>Puts both ends together, after holding the certificates against the ledger.</summary>
    /// <param name="manifest">What was run.</param>
    /// <param name="ledger">One row per example.</param>
    /// <param name="rows">The certificates; empty where the manifest says that there are no bounds.</param>
    /// <returns>The bracket; null where nothing was to be certified.</returns>
    /// <exception cref="DataException">The parts contradict each other.</exception>
    public static Bracket? Of(RunManifest manifest, IReadOnlyList<LedgerRow> ledger, IReadOnlyList<CertificateRow> rows)
    {
        if (manifest.Certification is not { } card)
        {
            return null;
        }
        var standing = ledger.Count(r => r.BrokenBy is null);
        if (card.Problem is not null)
        {
            return new(card, standing, [], ledger.Count);
        }
        if (rows.Count != ledger.Count)
        {
            throw new DataException(
                $"{Table}: found {rows.Count} rows, expected {ledger.Count}, one for every example of {Evidence.LedgerFile}."
            );
        }
        foreach (var (row, known) in rows.Zip(ledger))
        {
            if (
                (row.Index, row.Label, row.CleanPrediction) != (known.Index, known.Label, known.CleanPrediction)
                || (row.Verdict == Verdict.Falsified) != (known.BrokenBy == LedgerRow.Clean)
            )
            {
                throw new DataException(
                    $"{Table}: example {row.Index} is of class {row.Label}, predicted {row.CleanPrediction}, {CertificatesCsv.Word(row.Verdict)}, but {Evidence.LedgerFile} says {known.Index}, {known.Label}, {known.CleanPrediction}, broken by '{known.BrokenBy ?? "nothing"}'."
                );
            }
        }
        return new(card, standing, rows, ledger.Count)
        {
            Withdrawn =
            [
                .. rows.Zip(ledger)
                    .Where(p => p.First.Verdict == Verdict.Certified && p.Second.BrokenBy is not null)
                    .Select(p => p.First.Index),
            ],
        };
    }

    /// <summary>Reads the certificates that a manifest names; a file it does not name is another run's.</summary>
    /// <param name="dir">The folder.</param>
    /// <param name="manifest">What was run.</param>
    public static IReadOnlyList<CertificateRow> Read(string dir, RunManifest manifest) =>
        manifest.Certification is { Problem: null } ? CertificatesCsv.Read(Path.Combine(dir, Table)) : [];
}
