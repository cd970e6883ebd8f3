using Temper.Certification;
using Temper.Data;
using Temper.Evaluation;
using Temper.Runs;
using Temper.Threats;

namespace Temper.Workflow;

/// <summary>Holds a certification against the model: clean predictions, counterexamples, bounds; and the certificates of an evaluation.</summary>
internal sealed class CertificationVerification(
    string folder,
    ModelFile model,
    ExampleSet set,
    ThreatModel threat,
    RunManifest manifest,
    CancellationToken cancellation
)
{
    private const int Shown = 3;

    /// <summary>The checks of a folder of <c>temper certify</c>.</summary>
    /// <param name="rows">Its certificates.</param>
    public IEnumerable<ClaimCheck> OfCertification(IReadOnlyList<CertificateRow> rows)
    {
        var scoring = new PointScoring(model.Classifier, set, threat, manifest);
        LedgerRow[] clean = [.. rows.Select(Row)];
        yield return ModelVerification.Result("clean predictions", rows.Count, scoring.Clean(clean, cancellation));
        using var certifier = Certifier.Of(model.Classifier);
        yield return Counterexamples(rows, certifier);
        yield return new CertificateRecount(set, threat, manifest, certifier, cancellation).Run(rows);
    }

    /// <summary>The checks of the certificates of an evaluation.</summary>
    /// <param name="bracket">What they and the ledger say.</param>
    public IEnumerable<ClaimCheck> OfEvaluation(Bracket bracket)
    {
        if (!Certifier.Knows(threat))
        {
            if (bracket.Card.Problem is null)
            {
                yield return new("certificates", CheckOutcome.Failed, 0, $"there are no bounds under {threat.Text}.");
            }
            yield break;
        }
        using var certifier = Certifier.Of(model.Classifier);
        yield return new CertificateRecount(set, threat, manifest, certifier, cancellation).Run(bracket.Rows);
        if (bracket.Withdrawn.Count > 0)
        {
            yield return Withdrawn(bracket.Withdrawn, certifier);
        }
    }

    /// <summary>A row of the ledger that says the same of the clean input.</summary>
    private static LedgerRow Row(CertificateRow row) =>
        new(
            row.Index,
            row.Label,
            row.CleanPrediction,
            row is { Verdict: Verdict.Falsified, By: LedgerRow.Clean } ? LedgerRow.Clean : null,
            null,
            null,
            1,
            0
        );

    private ClaimCheck Counterexamples(IReadOnlyList<CertificateRow> rows, Certifier certifier)
    {
        long[] broken =
        [
            .. rows.Where(r => r is { Verdict: Verdict.Falsified, By: not LedgerRow.Clean }).Select(r => r.Index),
        ];
        var path = Path.Combine(folder, RunFolder.Points);
        if (!File.Exists(path))
        {
            return broken.Length == 0
                ? new("counterexamples", CheckOutcome.Passed, 0, "no example is falsified by a point.")
                : new(
                    "counterexamples",
                    CheckOutcome.Failed,
                    0,
                    $"{broken.Length} examples are falsified and there is no {RunFolder.Points} to prove it."
                );
        }
        return Judge(
            "counterexamples",
            "inside the threat model, and wrong in float32 and float64",
            broken,
            BrokenPoints.Read(path),
            certifier,
            scores => scores.Holds
        );
    }

    /// <summary>What was withdrawn was broken by rounding alone; else certificate and point contradict each other.</summary>
    private ClaimCheck Withdrawn(IReadOnlyList<long> withdrawn, Certifier certifier)
    {
        var path = Path.Combine(folder, RunFolder.Points);
        return File.Exists(path)
            ? Judge(
                "withdrawn certificates",
                "right in float64, and broken by the rounding of float32 alone",
                withdrawn,
                BrokenPoints.Read(path),
                certifier,
                scores => !scores.Contradicts
            )
            : new("withdrawn certificates", CheckOutcome.NotChecked, 0, "no points are stored.");
    }

    private ClaimCheck Judge(
        string name,
        string what,
        IReadOnlyList<long> wanted,
        BrokenPoints points,
        Certifier certifier,
        Func<PointScores, bool> holds
    )
    {
        var check = new CounterexampleCheck(model.Classifier, set, threat, certifier);
        var places = points.Indices.Select((index, place) => (index, place)).ToDictionary();
        List<string> problems = [];
        foreach (var index in wanted)
        {
            cancellation.ThrowIfCancellationRequested();
            if (
                !places.TryGetValue(index, out var place)
                || points.Shape.Aggregate(1, (a, b) => a * b) != set.ValuesPerExample
            )
            {
                problems.Add($"example {index} has no point of this shape");
            }
            else if (!holds(check.Score((int)index, points.Point(place).ToArray())))
            {
                problems.Add($"the point of example {index} is not {what}");
            }
        }
        return problems.Count == 0
            ? new(name, CheckOutcome.Passed, wanted.Count, $"scored again, all {what}.")
            : new(
                name,
                CheckOutcome.Failed,
                wanted.Count,
                $"{problems.Count} of {wanted.Count} differ: {string.Join("; ", problems.Take(Shown))}."
            );
    }
}
