using Temper.Runs;

namespace Temper.Evaluation;

/// <summary>The claim in words. Upper bounds are rounded up, so that the printed number never says too little.</summary>
internal static class ClaimSentence
{
    public static string Of(Evidence evidence) =>
        $"{Opening(evidence)} {Result(evidence)}; clean accuracy {Clean(evidence)}; {Trained(evidence)}. "
        + BracketWords.Sentence(evidence)
        + (TestLookWords.Sentence(evidence.Manifest) is { } looks ? $" {looks}" : "");

    /// <summary>The data set as prose names it, with what sets it apart from the one published.</summary>
    public static string DataName(ManifestData data) =>
        data.Variant is { } variant ? $"{DataName(data.Name)} ({variant})" : DataName(data.Name);

    /// <summary>The data set as prose names it.</summary>
    public static string DataName(string name) =>
        name switch
        {
            "mnist" => "MNIST",
            "fashion-mnist" => "Fashion-MNIST",
            "kmnist" => "KMNIST",
            "cifar10" => "CIFAR-10",
            _ => name,
        };

    private static string Opening(Evidence evidence)
    {
        var data = evidence.Manifest.Data;
        var images = $"{DataName(data)} {data.Split} {data.Noun ?? "images"}";
        return evidence.Selection.Kind switch
        {
            SelectionKind.All => $"On all {Words.Count(evidence.N)} {images},",
            SelectionKind.First =>
                $"On the first {Words.Count(evidence.N)} of {Words.Count(data.Total)} {images} (no interval, smoke test),",
            _ =>
                $"On a random sample of {Words.Count(evidence.N)} of the {Words.Count(data.Total)} {images} (seed {evidence.Selection.Seed}),",
        };
    }

    private static string Result(Evidence evidence)
    {
        var names = Names(evidence);
        var (text, isUnion) = (evidence.Manifest.Threat.Text, evidence.Manifest.Threat.Norm == ManifestThreat.Union);
        var threat = isUnion ? $"the union {text}" : text;
        var noun = evidence.Manifest.Data.Noun ?? "images";
        var count =
            $"{Words.Count(evidence.Standing)} of {(evidence.Goal.Class is null ? Words.Count(evidence.N) : $"the {Words.Count(evidence.Eligible)} {noun} of other classes")}";
        // Where any wrong class counts, what is left is right.
        var left = GoalWords.IsNarrow(evidence.Goal) ? "short of it" : "classified correctly";
        if (names.Count == 0)
        {
            return $"no attack ran under {threat}, which leaves {count} {(left == "short of it" ? "short of the goal" : left)} and says nothing about attacks";
        }
        var verb = names.Count == 1 ? "leaves" : "leave";
        var subject = Words.List(names) + (evidence.Goal.IsTargeted ? $", aiming at {evidence.Goal.Words}," : "");
        return evidence.Upper is { } upper
            ? $"{subject} {verb} at most {Words.PercentUp(evidence.Standing, evidence.Eligible)} {left} under {threat} "
                + $"({count}; with 97.5 % confidence the share for {noun} like these is not above {Words.PercentUp(upper)} against {(names.Count == 1 ? "this attack" : "these attacks")})"
            : $"{subject} {verb} {count} {left} under {threat}";
    }

    /// <summary>What took part in the worst case: attacks, a list of them by its name where all its members ran as it says, and probes.</summary>
    private static List<string> Names(Evidence evidence)
    {
        var threat = evidence.Manifest.Threat;
        var isUnion = threat.Norm == ManifestThreat.Union;
        List<string> names =
        [
            .. evidence
                .Manifest.Attacks.Select(a =>
                    !isUnion && a.List is { } list && ClaimGrade.RanWhole(evidence.Manifest, list, threat)
                        ? list
                        : a.Name
                )
                .Distinct(StringComparer.Ordinal),
        ];
        var probes = evidence.Probes.Where(p => p.Threat is null || isUnion).Select(p => p.Name);
        return evidence.Probes.Count == 0 ? names
            : names.Count == 0 ? [.. probes]
            :
            [
                .. names,
                $"{probes.Count()} probes on {Words.Count(evidence.Probes[0].Examples)} of the {evidence.Manifest.Data.Noun ?? "images"}",
            ];
    }

    private static string Clean(Evidence evidence) =>
        evidence.Selection.Kind == SelectionKind.First
            ? $"{Words.Count(evidence.CleanCorrect)} of {Words.Count(evidence.N)}"
            : Words.Percent(evidence.CleanCorrect / (double)evidence.N);

    private static string Trained(Evidence evidence) =>
        evidence.Manifest.Model.TrainedFor is "unknown" or ""
            ? "what the model was trained for is unknown"
            : $"trained for {evidence.Manifest.Model.TrainedFor}";
}
