using System.Text.RegularExpressions;
using Temper.Data;
using Temper.Errors;
using Temper.Evaluation;
using Temper.Reports;
using Temper.Runs;
using Temper.Threats;

namespace Temper.Workflow;

/// <summary>Holds the evidence of a folder against the model and the data.</summary>
internal sealed partial class ModelVerification(string folder, ModelFile model, ExampleSet set, ValueBudgets? mask)
{
    private const int Shown = 3;

    private static readonly ClaimCheck NotAgain = new(
        "model",
        CheckOutcome.NotChecked,
        0,
        "votes over noisy copies are not taken again; certify again by the same seed, threads and block to compare."
    );

    /// <summary>Makes the checks; those that need the very model and data are left out where these are others.</summary>
    public IEnumerable<ClaimCheck> Run(CancellationToken cancellation)
    {
        List<ClaimCheck> checks = [];
        try
        {
            var manifest = RunManifest.Read(Path.Combine(folder, RunFolder.Manifest));
            var isCertification = manifest.Kind == RunManifest.Certify;
            if (isCertification && manifest.Certification!.Method == SmoothingRun.Name)
            {
                return [NotAgain];
            }
            var certificates = isCertification ? CertificationFolder.Render(folder).Rows : [];
            var evidence = isCertification ? null : Evidence.Read(folder);
            checks.Add(Equal("model", "SHA-256", model.Sha256, manifest.Model.Sha256));
            checks.Add(Equal("data", "SHA-256", set.Sha256, manifest.Data.Sha256));
            checks.Add(
                Equal("data", "split", $"{set.Split}, {set.Count}", $"{manifest.Data.Split}, {manifest.Data.Total}")
            );
            checks.Add(
                evidence is null
                    ? Labels(RunFolder.Certificates, certificates.Select(r => (r.Index, r.Label)))
                    : Labels(RunFolder.Ledger, evidence.Ledger.Select(r => (r.Index, r.Label)))
            );
            var threat = Threat(manifest.Threat, mask);
            if (checks.Any(c => c.Outcome == CheckOutcome.Failed))
            {
                return checks;
            }
            PassChoice.Apply(model.Classifier, manifest.Arithmetic);
            var bounds = new CertificationVerification(folder, model, set, threat, manifest, cancellation);
            if (evidence is null)
            {
                checks.AddRange(bounds.OfCertification(certificates));
                return checks;
            }
            var scoring = new PointScoring(model.Classifier, set, threat, manifest);
            checks.Add(Result("clean predictions", evidence.N, scoring.Clean(evidence.Ledger, cancellation)));
            checks.Add(Points(evidence, scoring, cancellation));
            checks.AddRange(evidence.Bracket is { } bracket ? bounds.OfEvaluation(bracket) : []);
        }
        catch (TemperException e) when (e is not UsageException)
        {
            checks.Add(new("model", CheckOutcome.Failed, 0, e.Message));
        }
        return checks;
    }

    /// <summary>The threat model of a manifest; a mask stands there by its hash alone.</summary>
    /// <exception cref="UsageException">The mask is missing, or there is none to give.</exception>
    /// <exception cref="DataException">It is another, or the fields contradict each other.</exception>
    private static ThreatModel Threat(ManifestThreat written, ValueBudgets? mask)
    {
        if (written.Mask is null != mask is null)
        {
            throw new UsageException(
                mask is null
                    ? $"{written.Text}: the threat model has a mask; give it by --mask."
                    : $"--mask: {written.Text} has no mask."
            );
        }
        var threat = ThreatModel.Parse(MaskWords().Replace(written.Text, ""));
        threat = mask is null ? threat : threat.Under(mask);
        return
            threat.Text == written.Text
            && threat.Norm == written.Norm
            && threat.Epsilon.Value == written.Epsilon
            && mask?.Sha256 == written.Mask
            ? threat
            : throw new DataException(
                $"{RunFolder.Manifest}: threat: found '{written.Text}', {written.Norm}, {written.Epsilon}, expected {threat.Text}, {threat.Norm}, {threat.Epsilon.Value}, and the mask given."
            );
    }

    private static ClaimCheck Equal(string name, string what, string found, string written) =>
        found == written
            ? new(name, CheckOutcome.Passed, 0, $"{what} as the manifest says.")
            : new(name, CheckOutcome.Failed, 0, $"{what}: found {found}, the manifest says {Excerpt.Clean(written)}.");

    private ClaimCheck Labels(string table, IEnumerable<(long Index, int Label)> rows)
    {
        var known = rows.ToList();
        var wrong = known.FindIndex(r => r.Index >= set.Count || set.Labels[(int)r.Index] != r.Label);
        return wrong >= 0
            ? new(
                "labels",
                CheckOutcome.Failed,
                0,
                $"example {known[wrong].Index}: the label in {table} is not that of the data."
            )
            : new("labels", CheckOutcome.Passed, known.Count, $"the labels in {table} are those of the data.");
    }

    private ClaimCheck Points(Evidence evidence, PointScoring scoring, CancellationToken cancellation)
    {
        var broken = evidence.Ledger.Where(r => r.BrokenBy is not (null or LedgerRow.Clean)).ToDictionary(r => r.Index);
        var path = Path.Combine(folder, RunFolder.Points);
        if (!File.Exists(path))
        {
            return broken.Count == 0
                ? new("points", CheckOutcome.Passed, 0, "no example is broken by an attack.")
                : new(
                    "points",
                    CheckOutcome.Failed,
                    0,
                    $"{broken.Count} examples are broken and there is no {RunFolder.Points} to prove it."
                );
        }
        var points = BrokenPoints.Read(path);
        return
            points.Shape.SequenceEqual([set.Channels, set.Height, set.Width])
            && points.Indices.All(broken.ContainsKey)
            && points.Indices.Count == broken.Count
            ? Result("points", points.Indices.Count, scoring.Points(points, broken, cancellation))
            : new(
                "points",
                CheckOutcome.Failed,
                0,
                $"{RunFolder.Points} holds points of other examples or another shape."
            );
    }

    internal static ClaimCheck Result(string name, int count, (IReadOnlyList<string> Problems, int Near) found) =>
        found.Problems.Count > 0
            ? new(
                name,
                CheckOutcome.Failed,
                count,
                $"{found.Problems.Count} of {count} differ: {string.Join("; ", found.Problems.Take(Shown))}."
            )
            : new(
                name,
                CheckOutcome.Passed,
                count,
                $"scored again, all as the ledger says{(found.Near == 0 ? "" : $", {found.Near} of them within a hair of the boundary")}."
            );

    [GeneratedRegex(" mask=[0-9a-f]+")]
    private static partial Regex MaskWords();
}
