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

    /// <summary>The level of all tests of a run together.</summary>
    private const double Level = 0.01;

    /// <summary>What every analyser finds: what no chance is part of, and of all tests of the run those that stand together at the level.</summary>
    /// <param name="evidence">The evidence.</param>
    /// <returns>The findings, ordered by id.</returns>
    public static IReadOnlyList<Finding> Of(Evidence evidence) => Of(evidence, All);

    /// <summary>Gets every analyser there is.</summary>
    internal static IReadOnlyList<Analyser> All { get; } =
    [.. Catalogue.Of<Analyser>().Select(info => Catalogue.Create<Analyser>(info, null))];

    private static IReadOnlyList<Finding> Of(Evidence evidence, IEnumerable<Analyser> analysers)
    {
        var suspicions = analysers.SelectMany(a => a.Look(evidence)).ToLookup(s => s.P is null);
        Suspicion[] tests = [.. suspicions[false]];
        var rejects = Holm.Rejects([.. tests.Select(t => t.P!.Value)], Level);
        return
        [
            .. suspicions[true]
                .Concat(tests.Where((_, i) => rejects[i]))
                .Select(s => s.Finding)
                .OfType<Finding>()
                .OrderBy(f => f.Id, StringComparer.Ordinal),
        ];
    }
}
