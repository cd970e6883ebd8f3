using Temper.Evaluation.Analysers;
using Temper.Runs;

namespace Temper.Evaluation;

/// <summary>The doubts that the evidence itself raises.</summary>
public static class Findings
{
    /// <summary>Fewer examples than a claim needs.</summary>
    public const string FewExamples = "TMP111";

    /// <summary>The first N examples instead of all or a random sample.</summary>
    public const string FirstExamples = "TMP112";

    /// <summary>Evaluated examples are training examples too.</summary>
    public const string TrainingOverlap = "TMP113";

    /// <summary>Values that are levels of categories are perturbed as numbers.</summary>
    public const string CategoriesAsNumbers = "TMP114";

    /// <summary>The attacks are too weak for a claim.</summary>
    public const string WeakAttacks = "TMP120";

    /// <summary>An iterative attack broke fewer examples than FGSM.</summary>
    public const string IterativeWeakerThanFgsm = "TMP121";

    /// <summary>Nearly all predictions are one class.</summary>
    public const string ConstantPrediction = "TMP122";

    /// <summary>An attack could not search under a member of a union and was left out there.</summary>
    public const string MemberLeftOut = "TMP123";

    /// <summary>The number of examples that a claim needs.</summary>
    internal const int EnoughExamples = 1000;

    /// <summary>The lists of attacks of which a claim needs one, whole and unchanged.</summary>
    private static readonly string[] ClaimGrade = ["autoattack", "autoattack-plus"];

    /// <summary>The level of all tests of a run together.</summary>
    private const double Level = 0.01;

    private const string SingleStep = "fgsm";

    /// <summary>What draws points and searches nothing may well do worse than one step.</summary>
    private static readonly string[] Controls = ["uniform-noise", "gaussian-noise"];

    /// <summary>Beyond this share of equal predictions the model is taken to answer with one class.</summary>
    private const double ConstantShare = 0.9;

    /// <summary>Fewer predictions than this are equal by chance too easily.</summary>
    private const int EnoughPredictions = 20;

    /// <summary>The share of examples by which an iterative attack may trail FGSM by chance.</summary>
    private const double Tolerance = 0.01;

    /// <summary>Whether the attacks are such that a claim may rest on them: such a list, whole, under every norm there is.</summary>
    internal static bool IsClaimGrade(Evidence evidence) =>
        (evidence.Manifest.Threat.Members ?? [evidence.Manifest.Threat]).All(member =>
            ClaimGrade.Any(list => UnionFindings.RanWhole(evidence.Manifest, list, member))
        );

    /// <summary>Looks at the evidence.</summary>
    /// <param name="evidence">The evidence.</param>
    /// <returns>The findings, ordered by id.</returns>
    public static IReadOnlyList<Finding> Of(Evidence evidence) =>
        [.. Simple(evidence).Concat(Analysed(evidence)).OrderBy(f => f.Id, StringComparer.Ordinal)];

    /// <summary>What the analysers find: what no chance is part of, and of all tests of the run those that stand together at the level.</summary>
    private static IEnumerable<Finding> Analysed(Evidence evidence)
    {
        var analysers = Catalogue.Of<Analyser>().Select(info => Catalogue.Create<Analyser>(info, null));
        var suspicions = analysers.SelectMany(a => a.Look(evidence)).ToLookup(s => s.P is null);
        Suspicion[] tests = [.. suspicions[false]];
        var rejects = Holm.Rejects([.. tests.Select(t => t.P!.Value)], Level);
        return suspicions[true].Concat(tests.Where((_, i) => rejects[i])).Select(s => s.Finding).OfType<Finding>();
    }

    private static IReadOnlyList<Finding> Simple(Evidence evidence) =>
        [
            .. TooFew(evidence),
            .. NotRandom(evidence),
            .. DataFindings.Of(evidence.Manifest.Data),
            .. Insufficient(evidence),
            .. IterativeWeaker(evidence),
            .. Constant(evidence),
            .. UnionFindings.Of(evidence.Manifest),
        ];

    private static IEnumerable<Finding> TooFew(Evidence evidence)
    {
        if (evidence.Eligible < EnoughExamples)
        {
            yield return new Finding(
                FewExamples,
                Severity.Warning,
                $"{Words.Count(evidence.Eligible)} examples were {(evidence.Eligible < evidence.N ? "attacked" : "evaluated")}; a claim needs at least {Words.Count(EnoughExamples)}.",
                "Evaluate the whole split, or a larger random sample."
            );
        }
    }

    private static IEnumerable<Finding> NotRandom(Evidence evidence)
    {
        if (evidence.Selection.Kind == SelectionKind.First)
        {
            yield return new Finding(
                FirstExamples,
                Severity.Warning,
                $"Only the first {Words.Count(evidence.N)} examples of the split were evaluated. They are not a random sample, so there is no interval and no claim.",
                "Use a seeded random sample or the whole split; keep the first N for smoke tests."
            );
        }
    }

    private static IEnumerable<Finding> Insufficient(Evidence evidence)
    {
        if (!IsClaimGrade(evidence))
        {
            var ran = evidence.Attacks.Select(a => a.Name).ToList();
            yield return new Finding(
                WeakAttacks,
                Severity.Error,
                ran.Count == 0
                    ? "No attack ran."
                    : $"The attacks that ran ({Words.List(ran)}) are too few and too alike to support a claim: a defence that hides its gradients can pass them.",
                "Add attacks of another kind, above all the standard AutoAttack ensemble; until then read the numbers as an upper bound only."
            );
        }
    }

    /// <summary>Compares on the examples of one phase that both attacks attempted.</summary>
    /// <remarks>
    /// In a cascade that starts with FGSM the iterative attacks meet only its survivors, so nothing can show here; the
    /// comparison needs another order, or a phase in which every attack meets the same examples.
    /// </remarks>
    private static IEnumerable<Finding> IterativeWeaker(Evidence evidence)
    {
        var singles = evidence.Attacks.Where(a => a.Id == SingleStep).Select(a => a.Name).ToList();
        var iteratives = evidence
            .Attacks.Where(a => a.Id != SingleStep && !Controls.Contains(a.Id))
            .Select(a => a.Name)
            .ToList();
        // Under a union an attack runs under one member, and only those of one member met the same ball.
        var balls = evidence.Manifest.Attacks.ToDictionary(a => a.Name, a => a.Threat, StringComparer.Ordinal);
        foreach (var phase in evidence.Attempts.GroupBy(r => r.Phase, StringComparer.Ordinal))
        {
            var outcomes = phase
                .GroupBy(r => r.Attack, StringComparer.Ordinal)
                .ToDictionary(
                    g => g.Key,
                    g =>
                        g.GroupBy(r => r.Index)
                            .ToDictionary(e => e.Key, e => e.Any(r => r.Outcome == AttemptRow.Broken)),
                    StringComparer.Ordinal
                );
            foreach (var iterative in iteratives.Where(outcomes.ContainsKey))
            {
                foreach (var single in singles.Where(s => outcomes.ContainsKey(s) && balls[s] == balls[iterative]))
                {
                    var both = outcomes[iterative].Keys.Where(outcomes[single].ContainsKey).ToList();
                    var leftBySingle = both.Count(i => !outcomes[single][i]);
                    var leftByIterative = both.Count(i => !outcomes[iterative][i]);
                    if (leftByIterative - leftBySingle > Math.Max(1, Tolerance * both.Count))
                    {
                        yield return new Finding(
                            IterativeWeakerThanFgsm,
                            Severity.Error,
                            $"On the {Words.Count(both.Count)} examples that both attempted, {iterative} left {Words.Count(leftByIterative)} standing but {single} only {Words.Count(leftBySingle)}. An iterative attack that does worse than one step is badly set or meets masked gradients.",
                            "Check the step size, steps and loss of the iterative attack; add restarts and an attack that needs no gradients."
                        );
                    }
                }
            }
        }
    }

    private static IEnumerable<Finding> Constant(Evidence evidence)
    {
        var labels = evidence.Ledger.Select(r => r.Label).ToList();
        var clean = evidence.Ledger.Select(r => r.CleanPrediction).ToList();
        // Data that is nearly all one class is predicted so with good reason.
        if (Dominant(labels) is null && Dominant(clean) is { } one)
        {
            yield return new Finding(
                ConstantPrediction,
                Severity.Error,
                $"The model answers class {one.Class} for {Words.Percent(one.Share)} of the clean examples.",
                "Check the preprocessing, the order of the labels, and whether training collapsed."
            );
        }
        var adversarial = evidence.Ledger.Where(r => r.AdversarialPrediction is not null).ToList();
        // Where one class is aimed at, one answer is what was asked for.
        if (
            evidence.Goal.Class is null
            && Dominant([.. adversarial.Select(r => r.AdversarialPrediction!.Value)]) is { } other
        )
        {
            yield return new Finding(
                ConstantPrediction,
                Severity.Warning,
                $"At {Words.Percent(other.Share)} of the {Words.Count(adversarial.Count)} points that broke an example the model answers class {other.Class}.",
                "Look at the gallery: one class as the answer to every attack suggests a default output, often from saturated or damaged scores."
            );
        }
    }

    private static (int Class, double Share)? Dominant(List<int> classes)
    {
        if (classes.Count < EnoughPredictions)
        {
            return null;
        }
        var most = classes.CountBy(c => c).OrderByDescending(c => c.Value).ThenBy(c => c.Key).First();
        var share = most.Value / (double)classes.Count;
        return share > ConstantShare ? (most.Key, share) : null;
    }
}
