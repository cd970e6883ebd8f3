namespace Temper.Evaluation;

/// <summary>The bracket in words. The lower end is rounded down, the upper end up, so that no printed number says too much.</summary>
internal static class BracketWords
{
    private const int Shown = 5;

    /// <summary>What the claim says of a lower bound, with its full stop.</summary>
    public static string Sentence(Evidence evidence)
    {
        if (evidence.Bracket is not { } bracket)
        {
            return "No lower bound: nothing was certified.";
        }
        if (Missing(bracket) is { } why)
        {
            return $"No lower bound: {why}.";
        }
        var noun = evidence.Manifest.Data.Noun ?? "images";
        return $"Robust accuracy on these {Words.Count(bracket.N)} {noun} lies between {Ends(evidence, bracket)}; that is no interval of confidence.";
    }

    /// <summary>Both ends: <c>12.00 % (certified, in real arithmetic) and 80.00 % (attacked)</c>; counts for the first examples of a file.</summary>
    public static string Ends(Evidence evidence, Bracket bracket)
    {
        // Shares of the first examples of a file would be read as more than they are.
        var (low, high) =
            evidence.Selection.Kind == Runs.SelectionKind.First
                ? (Words.Count(bracket.Certified), $"{Words.Count(bracket.Standing)} of {Words.Count(bracket.N)}")
                : (Words.PercentDown(bracket.Certified, bracket.N), Words.PercentUp(bracket.Standing, bracket.N));
        return $"{low} (certified, in real arithmetic) and {high} (attacked)";
    }

    /// <summary>Why there is no lower end; null where there is one. What is not certified is unknown, not broken.</summary>
    public static string? Missing(Bracket bracket) =>
        bracket.Card.Problem is { } problem ? $"nothing can be certified here, since {problem}"
        : bracket.Certified > 0 ? null
        : bracket.Withdrawn.Count > 0 ? "what was certified is withdrawn, since float32 breaks it"
        : $"none of the examples was certified, which does not show that any is broken{(bracket.Card.Remark is { } remark ? $" ({remark})" : "")}";

    /// <summary>What must be said beside the numbers, sentences; empty for nothing.</summary>
    public static IEnumerable<string> Notes(Bracket bracket)
    {
        // Where there is no lower end the claim's sentence says so.
        if (bracket.Card.Remark is { } remark && Missing(bracket) is null)
        {
            yield return $"Certification: {remark}.";
        }
        if (bracket.Withdrawn.Count > 0)
        {
            var more = bracket.Withdrawn.Count > Shown ? ", …" : "";
            var names = string.Join(", ", bracket.Withdrawn.Take(Shown).Select(Words.Count));
            yield return bracket.Withdrawn.Count == 1
                ? $"Example {names} is certified in real arithmetic and broken by the rounding of float32 alone: it counts as broken, and its certificate is withdrawn from the lower end."
                : $"{Words.Count(bracket.Withdrawn.Count)} examples ({names}{more}) are certified in real arithmetic and broken by the rounding of float32 alone: they count as broken, and their certificates are withdrawn from the lower end.";
        }
    }

    /// <summary>The methods that certified, with their counts: <c>ibp 12, crown 30</c>.</summary>
    public static string Methods(Bracket bracket) =>
        bracket.By.Count == 0 ? "none" : string.Join(", ", bracket.By.Select(m => $"{m.Key} {Words.Count(m.Value)}"));
}
