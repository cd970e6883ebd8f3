using Temper.Evaluation;
using Temper.Runs;

namespace Temper.Reports;

/// <summary>What a certification found: <c>report.json</c> of its folder.</summary>
/// <param name="Kind"><c>certify</c>.</param>
/// <param name="Threat">The threat model.</param>
/// <param name="Method">The method.</param>
/// <param name="Arithmetic">What the bounds speak of and how they are rounded.</param>
/// <param name="N">The number of examples.</param>
/// <param name="CleanCorrect">How many are right when clean.</param>
/// <param name="Certified">How many are proved robust: a lower bound of the robust ones.</param>
/// <param name="Falsified">How many are broken, clean errors among them.</param>
/// <param name="Unknown">How many are neither.</param>
/// <param name="By">How many each method or attack decided, <c>clean</c> for clean errors.</param>
/// <param name="Selection">Which examples, as in the manifest.</param>
public sealed record CertificationReport(
    string Kind,
    string Threat,
    string Method,
    string Arithmetic,
    int N,
    int CleanCorrect,
    int Certified,
    int Falsified,
    int Unknown,
    IReadOnlyDictionary<string, int> By,
    string Selection
)
{
    /// <summary>Gets why nothing can be certified; null where bounds know the network.</summary>
    public string? Problem { get; init; }

    /// <summary>The report of a manifest and its rows.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="rows">One row per example.</param>
    public static CertificationReport Of(RunManifest manifest, IReadOnlyList<CertificateRow> rows) =>
        new(
            manifest.Kind,
            manifest.Threat.Text,
            manifest.Certification!.Method,
            manifest.Certification.Arithmetic,
            rows.Count,
            rows.Count(r => r.CleanPrediction == r.Label),
            rows.Count(r => r.Verdict == Verdict.Certified),
            rows.Count(r => r.Verdict == Verdict.Falsified),
            rows.Count(r => r.Verdict == Verdict.Unknown),
            new SortedDictionary<string, int>(
                rows.Where(r => r.By is not null).CountBy(r => r.By!).ToDictionary(),
                StringComparer.Ordinal
            ),
            manifest.Data.Selection
        )
        {
            Problem = manifest.Certification.Problem,
        };
}
