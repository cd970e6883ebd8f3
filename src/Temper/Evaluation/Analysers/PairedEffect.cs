using Temper.Evaluation.Probing;

namespace Temper.Evaluation.Analysers;

/// <summary>How much more one probe breaks than another, on the examples that both attacked.</summary>
/// <param name="First">The name of the first probe, as sentences write it.</param>
/// <param name="Second">The name of the second.</param>
/// <param name="Examples">The examples of the subset: shares are of these, like robust accuracy.</param>
/// <param name="FirstOnly">Broken by the first alone.</param>
/// <param name="SecondOnly">Broken by the second alone.</param>
/// <param name="P">The p-value of the exact test that the first breaks no more.</param>
internal sealed record PairedEffect(string First, string Second, int Examples, int FirstOnly, int SecondOnly, double P)
{
    /// <summary>Gets by what share of the subset the first probe breaks more; negative where it breaks less.</summary>
    public double Share => (FirstOnly - SecondOnly) / (double)Examples;

    /// <summary>Gets a share below which the effect does not lie, with 95 % confidence: limits of both sides, each at 97.5 %.</summary>
    public double SurelyAbove => Interval.LowerLimit(FirstOnly, Examples) - Interval.UpperLimit(SecondOnly, Examples);

    /// <summary>Gets the figures of a finding.</summary>
    public IEnumerable<(string, double)> Figures =>
        [
            ("examples", Examples),
            ("brokenByFirstAlone", FirstOnly),
            ("brokenBySecondAlone", SecondOnly),
            ("difference", Share),
        ];

    /// <summary>Gets the counts as a part of a sentence.</summary>
    public string Counts =>
        $"{First} breaks {Words.Count(FirstOnly)} of the {Words.Count(Examples)} examples that {Second} does not, and {Second} {Words.Count(SecondOnly)} that {First} does not";

    /// <summary>Compares two probes; null where one of them did not run.</summary>
    public static PairedEffect? Of(ProbeGroup group, string first, string second) =>
        group.Compare(first, second) is var (_, one, other)
            ? new(Plain(first), Plain(second), group[first]!.Examples, one, other, PairedTest.OneSided(one, other))
            : null;

    /// <summary>Compares a probe with each of several; null where none of them ran.</summary>
    /// <returns>The smallest effect, with the largest p-value: small only if the probe beats every one of them.</returns>
    public static PairedEffect? OverEach(ProbeGroup group, string first, IEnumerable<string> others)
    {
        var effects = others.Select(other => Of(group, first, other)).OfType<PairedEffect>().ToList();
        return effects.MinBy(e => e.Share) is { } least ? least with { P = effects.Max(e => e.P) } : null;
    }

    private static string Plain(string probe) => probe[Probe.Prefix.Length..];
}
