using Temper.Evaluation.Analysers;

namespace Temper.Evaluation.Pairing;

/// <summary>Two models on the same examples, by those that tell them apart.</summary>
/// <param name="N">The examples.</param>
/// <param name="FirstOnly">Examples that only the first model gets right.</param>
/// <param name="SecondOnly">Examples that only the second model gets right.</param>
/// <remarks>
/// McNemar 1947 in the exact, two-sided form. It asks whether two finished models differ on the population that the examples were
/// drawn from; it knows nothing of training them again.
/// </remarks>
internal sealed record PairedCounts(int N, int FirstOnly, int SecondOnly)
{
    /// <summary>Gets the probability of so uneven a split or more, were both models equally good; 1 where they never differ.</summary>
    public double P =>
        Math.Min(1, 2 * PairedTest.OneSided(Math.Max(FirstOnly, SecondOnly), Math.Min(FirstOnly, SecondOnly)));

    /// <summary>Counts examples.</summary>
    /// <param name="pairs">For each example, whether each model gets it right.</param>
    public static PairedCounts Of(IEnumerable<(bool First, bool Second)> pairs)
    {
        var (n, first, second) = (0, 0, 0);
        foreach (var pair in pairs)
        {
            n++;
            first += pair.First && !pair.Second ? 1 : 0;
            second += pair.Second && !pair.First ? 1 : 0;
        }
        return new(n, first, second);
    }
}
