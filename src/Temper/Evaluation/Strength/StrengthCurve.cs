using System.Text.Json.Nodes;
using Temper.Evaluation.Probing;

namespace Temper.Evaluation.Strength;

/// <summary>Accuracy against the strength of an attack, on the examples of the probes.</summary>
/// <param name="Kind">What there is more of from point to point.</param>
/// <param name="Threat">The text form of the threat.</param>
/// <param name="N">The examples, those that are wrong without an attack included.</param>
/// <param name="Points">The points, strength rising from 0.</param>
/// <remarks>
/// Carlini et al. 2019, On Evaluating Adversarial Robustness, sections 4 and 5: an evaluation whose accuracy still falls as the attack
/// is given more has not reached the end.
/// </remarks>
internal sealed record StrengthCurve(StrengthKind Kind, string Threat, int N, IReadOnlyList<StrengthPoint> Points)
{
    /// <summary>The share by which accuracy may fall over the last stretch for a curve to count as flat.</summary>
    public const double FlatShare = 0.005;

    private static readonly int[] QueryMarks = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

    /// <summary>Gets the point that the last stretch begins at: the last with at most half the strength.</summary>
    public StrengthPoint Half => Points.Last(p => p.At <= Points[^1].At / 2);

    /// <summary>Gets whether more strength hardly changed anything at last.</summary>
    public bool IsFlat => Half.Robust - Points[^1].Robust <= FlatShare * N;

    /// <summary>The curves that the probes of an evaluation give, by threat.</summary>
    public static IReadOnlyList<StrengthCurve> Of(Evidence evidence)
    {
        var attempts = evidence
            .Attempts.Where(a => a.Phase == AttemptRow.Probe)
            .ToLookup(a => a.Attack, StringComparer.Ordinal);
        return
        [
            .. evidence.ProbeGroups.SelectMany(group =>
                new[] { Steps(group), Restarts(group, attempts), Queries(group, attempts) }.OfType<StrengthCurve>()
            ),
        ];
    }

    private static StrengthCurve? Steps(ProbeGroup group)
    {
        ProbeTally[] probes =
        [
            .. new[] { ProbeNames.Pgd10, ProbeNames.Pgd20, ProbeNames.Pgd40, ProbeNames.ApgdCe }
                .Select(name => group[name])
                .OfType<ProbeTally>(),
        ];
        StrengthPoint[] points =
        [
            .. probes
                .Select(p => (Steps: Number(p.Options, "steps"), Probe: p))
                .Where(p => p.Steps is not null)
                .Select(p => new StrengthPoint(p.Steps!.Value, p.Probe.Robust, p.Probe.Name))
                .OrderBy(p => p.At),
        ];
        // One setting is no curve.
        return points.Length < 2
            ? null
            : new(StrengthKind.Steps, group.Threat, probes[0].Examples, [Start(probes[0]), .. points]);
    }

    private static StrengthCurve? Restarts(ProbeGroup group, ILookup<string, AttemptRow> attempts)
    {
        if (group[ProbeNames.PgdRestarts] is not { } probe)
        {
            return null;
        }
        var restarts = Number(probe.Options, "restarts") ?? 1;
        var broken = attempts[probe.Name]
            .Where(a => a.Outcome == AttemptRow.Broken)
            .GroupBy(a => a.Index)
            .Select(g => g.Min(a => a.Restart))
            .ToList();
        return restarts < 2
            ? null
            : new(
                StrengthKind.Restarts,
                group.Threat,
                probe.Examples,
                [
                    Start(probe),
                    .. Enumerable
                        .Range(1, restarts)
                        .Select(r => new StrengthPoint(r, probe.Attempted - broken.Count(b => b < r), probe.Name)),
                ]
            );
    }

    private static StrengthCurve? Queries(ProbeGroup group, ILookup<string, AttemptRow> attempts)
    {
        if (group[ProbeNames.Square] is not { } probe || Number(probe.Options, "queries") is not { } most)
        {
            return null;
        }
        // The last pass of an attempt only verifies the point that was found.
        var broken = attempts[probe.Name]
            .Where(a => a.Outcome == AttemptRow.Broken)
            .GroupBy(a => a.Index)
            .Select(g => Math.Min(most, g.Sum(a => Math.Max(1, a.Forwards - 1))))
            .ToList();
        return new(
            StrengthKind.Queries,
            group.Threat,
            probe.Examples,
            [
                Start(probe),
                .. QueryMarks
                    .Where(mark => mark < most)
                    .Append(most)
                    .Select(mark => new StrengthPoint(
                        mark,
                        probe.Attempted - broken.Count(queries => queries <= mark),
                        probe.Name
                    )),
            ]
        );
    }

    private static StrengthPoint Start(ProbeTally probe) => new(0, probe.Attempted, null);

    private static int? Number(JsonObject options, string key) =>
        options[key] is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;
}
