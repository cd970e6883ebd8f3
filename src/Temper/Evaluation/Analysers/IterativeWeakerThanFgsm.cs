using Temper.Evaluation.Probing;
using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Whether one step breaks what many steps do not.</summary>
[Component(
    Findings.IterativeWeakerThanFgsm,
    "an iterative attack broke fewer examples than FGSM on the same examples",
    "Carlini et al. 2019, On Evaluating Adversarial Robustness"
)]
internal sealed class IterativeWeakerThanFgsm : Analyser
{
    private const string SingleStep = "fgsm";

    /// <summary>The share of examples by which an iterative attack may trail FGSM.</summary>
    private const double Tolerance = 0.01;

    /// <summary>What draws points and searches nothing may well do worse than one step.</summary>
    private static readonly string[] Controls = ["uniform-noise", "gaussian-noise"];

    private static readonly string[] Iterative =
    [
        ProbeNames.Pgd10,
        ProbeNames.Pgd20,
        ProbeNames.Pgd40,
        ProbeNames.ApgdCe,
        ProbeNames.ApgdMargin,
    ];

    /// <inheritdoc/>
    public override IEnumerable<Suspicion> Look(Evidence evidence)
    {
        foreach (var group in evidence.ProbeGroups)
        {
            foreach (
                var effect in Iterative.Select(i => PairedEffect.Of(group, ProbeNames.Fgsm, i)).OfType<PairedEffect>()
            )
            {
                yield return effect.Share > Tolerance
                    ? Weaker($"Under {group.Threat}, {effect.Counts}.", effect.Figures, effect.P)
                    : new(null, effect.P);
            }
        }
        foreach (var suspicion in Cascade(evidence))
        {
            yield return suspicion;
        }
    }

    /// <summary>Compares on the examples of the cascade that both attacks attempted.</summary>
    /// <remarks>
    /// In a cascade that starts with FGSM the iterative attacks meet only its survivors, so nothing can show here. In another
    /// order FGSM meets only theirs: whatever it breaks it breaks alone, so a paired test would reject for any such example.
    /// </remarks>
    private IEnumerable<Suspicion> Cascade(Evidence evidence)
    {
        var outcomes = evidence
            .Attempts.Where(r => r.Phase == AttemptRow.Cascade)
            .GroupBy(r => r.Attack, StringComparer.Ordinal)
            .ToDictionary(
                g => g.Key,
                g => g.GroupBy(r => r.Index).ToDictionary(e => e.Key, e => e.Any(r => r.Outcome == AttemptRow.Broken)),
                StringComparer.Ordinal
            );
        // Under a union an attack runs under one member, and only those of one member met the same ball.
        var balls = evidence.Manifest.Attacks.ToDictionary(a => a.Name, a => a.Threat, StringComparer.Ordinal);
        string[] ran = [.. evidence.Attacks.Select(a => a.Name).Where(outcomes.ContainsKey)];
        var ids = evidence.Attacks.ToDictionary(a => a.Name, a => a.Id, StringComparer.Ordinal);
        foreach (var iterative in ran.Where(name => ids[name] != SingleStep && !Controls.Contains(ids[name])))
        {
            foreach (var single in ran.Where(name => ids[name] == SingleStep && balls[name] == balls[iterative]))
            {
                var both = outcomes[iterative].Keys.Where(outcomes[single].ContainsKey).ToList();
                var leftBySingle = both.Count(i => !outcomes[single][i]);
                var leftByIterative = both.Count(i => !outcomes[iterative][i]);
                if (leftByIterative - leftBySingle > Math.Max(1, Tolerance * both.Count))
                {
                    yield return Weaker(
                        $"On the {Words.Count(both.Count)} examples that both attempted, {iterative} left {Words.Count(leftByIterative)} standing but {single} only {Words.Count(leftBySingle)}.",
                        [("examples", both.Count), ("leftByIterative", leftByIterative), ("leftByFgsm", leftBySingle)]
                    );
                }
            }
        }
    }

    private Suspicion Weaker(string seen, IEnumerable<(string, double)> figures, double? p = null) =>
        Measured(
            Severity.Error,
            $"{seen} An iterative attack that does worse than one step is badly set or meets masked gradients.",
            "Check the step size, steps and loss of the iterative attack; add restarts and an attack that needs no gradients.",
            (
                "more than 1 point",
                "own choice beside the exact test; Carlini et al. 2019 ask that there be no such example by more than chance"
            ),
            figures,
            p
        );
}
