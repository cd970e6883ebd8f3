using System.Text.Json.Nodes;
using Temper.Errors;
using Temper.Evaluation;
using Temper.Evaluation.Foretelling;
using Temper.Runs;
using Temper.Serialization;
using Temper.Threats;

namespace Temper.Workflow;

/// <summary>Measures accuracy against ε after an evaluation and keeps the evidence in its folder.</summary>
internal static class CurveRun
{
    /// <summary>Refuses a curve under a union: its members' budgets are in units of their own, so there is no one axis.</summary>
    /// <exception cref="UsageException">A curve is asked for, and the threat is a union.</exception>
    public static void Check(EvaluationRequest request)
    {
        if (request.Threat is UnionThreat && request.Curve is { Examples: > 0 })
        {
            throw new UsageException(
                $"a curve of accuracy against ε needs one budget, and {request.Threat.Text} has one for each member; ask for none (--curve 0), or evaluate under one member."
            );
        }
    }

    /// <summary>What the manifest says of the curve that is asked for; null for none.</summary>
    /// <exception cref="ConfigException">The attack is none of the evaluation's.</exception>
    public static ManifestCurve? Asked(EvaluationRequest request, int evaluated)
    {
        // At a budget of 0 there is nothing to draw; without an attack nothing to measure.
        if (
            request.Curve is not { Examples: > 0 } curve
            || request.Attacks.Count == 0
            || request.Threat.Epsilon.Value == 0
        )
        {
            return null;
        }
        string[] names = [.. request.Attacks.Select(a => a.Name)];
        var attack =
            curve.Among(names)
            ?? throw new ConfigException(
                null,
                null,
                "evaluation.curve.attack",
                $"found '{curve.Attack}', expected one of the attacks of the evaluation{NearestName.Suggest(curve.Attack, names)}."
            );
        return new(attack, Math.Min(curve.Examples, evaluated), 0);
    }

    /// <summary>What it costs at most.</summary>
    public static IEnumerable<Errand> Errands(EvaluationRequest request, RunManifest manifest, EvaluationPlan plan) =>
        manifest.Curve is { } curve
            ? new CurvePlan
            {
                Evaluation = plan,
                Attack = curve.Attack,
                Examples = curve.Examples,
                Budgets = request.Curve!.Budgets,
            }.Errands()
            : [];

    /// <summary>A hash of what the curve is.</summary>
    public static string Identity(
        EvaluationRequest request,
        RunManifest manifest,
        ManifestCurve curve,
        string evaluation
    )
    {
        var parts = new JsonObject
        {
            ["evaluation"] = evaluation,
            ["attack"] = curve.Attack,
            ["examples"] = curve.Examples,
            ["budgets"] = request.Curve!.Budgets,
        };
        // Its journal keeps few points: what it found before is not held against examples certified since.
        if (manifest.Certification is { } certification)
        {
            parts["certification"] = certification.Method;
        }
        return Hashes.Sha256(System.Text.Encoding.UTF8.GetBytes(parts.ToJsonString()));
    }

    /// <summary>Runs the curve that the manifest names and writes <c>curve.csv</c>.</summary>
    /// <returns>The curve; null when none is asked for.</returns>
    public static CurveOutcome? Run(
        EvaluationRequest request,
        EvaluationPlan plan,
        RunManifest manifest,
        IReadOnlyList<LedgerRow> ledger,
        string identity,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation
    )
    {
        if (manifest.Curve is not { } curve)
        {
            return null;
        }
        var outcome = new CurveEvaluator(
            new()
            {
                Evaluation = plan,
                Attack = curve.Attack,
                Examples = curve.Examples,
                Budgets = request.Curve!.Budgets,
                Known = ledger
                    .Where(r => r.BrokenBy is not null)
                    .ToDictionary(r => r.Index, r => r.Distance ?? double.PositiveInfinity),
            }
        ).Run(
            Path.Combine(request.Folder, RunFolder.CurveJournal),
            Identity(request, manifest, curve, identity),
            request.Resume,
            progress,
            cancellation
        );
        CurveCsv.Write(Path.Combine(request.Folder, RunFolder.Curve), outcome.Rows);
        return outcome;
    }
}
