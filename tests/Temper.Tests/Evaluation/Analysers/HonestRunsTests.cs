using Temper.Evaluation;

namespace Temper.Tests.Evaluation.Analysers;

/// <summary>What honest models raise by chance.</summary>
public sealed class HonestRunsTests
{
    private const int RunsPerKind = 500;

    /// <summary>
    /// By how much each attack overshoots the nearest wrong point on average, as a share of its distance: one step far,
    /// searches little, all of one kind alike, each with luck of its own.
    /// </summary>
    private static readonly (string Name, double Miss, double Budget)[] Attacks =
    [
        ("fgsm", 0.5, 1),
        ("fgsm-half", 0.5, 0.5),
        ("fgsm-quarter", 0.5, 0.25),
        ("pgd-10", 0.08, 1),
        ("pgd-20", 0.05, 1),
        ("pgd-40", 0.05, 1),
        ("pgd-20x10", 0.04, 1),
        ("pgd-margin", 0.05, 1),
        ("apgd-ce", 0.05, 1),
        ("apgd-margin", 0.04, 1),
        ("apgd-t", 0.03, 1),
        ("square", 0.15, 1),
        ("labels-only", 0.3, 1),
        ("transfer", 0.8, 1),
        ("noise", 4, 1),
        ("pgd-half-budget", 0.05, 0.5),
        ("pgd-double-budget", 0.05, 2),
        ("unbounded", 0.05, 100),
    ];

    /// <summary>Kinds of models: the median distance to a wrong point in budgets, its spread, the share wrong when clean.</summary>
    private static readonly (double Median, double Spread, double Wrong)[] Kinds =
    [
        (0.1, 0.5, 0.01), // trained naturally: nearly all fall
        (0.7, 0.5, 0.05), // most fall, and FGSM leaves far more than PGD
        (1, 0.3, 0.15), // many at the budget, where luck decides
        (2, 0.6, 0.02), // robust
    ];

    [Fact]
    public void Raise_false_errors_in_less_than_one_run_of_a_hundred()
    {
        var dice = new Dice(20_261_126);
        var errors = Kinds
            .Select(kind => Enumerable.Range(0, RunsPerKind).Count(_ => HasError(dice, kind, 1)))
            .ToArray();
        Assert.True(errors.Sum() < 0.01 * RunsPerKind * Kinds.Length, $"errors by kind: {string.Join(", ", errors)}");
    }

    /// <summary>
    /// The hardest case for tests of equality: every attack at the budget is as good as any other, noise and FGSM included,
    /// and which examples it breaks is luck alone.
    /// </summary>
    [Fact]
    public void Attacks_of_equal_strength_raise_none_either()
    {
        var dice = new Dice(1);
        var errors = Enumerable.Range(0, RunsPerKind).Count(_ => HasError(dice, (1, 0.3, 0.1), null));
        Assert.True(errors < 0.01 * RunsPerKind, $"{errors} runs had an error");
    }

    /// <summary>The same models with gradients that lead nowhere are found every time: the silence above is no deafness.</summary>
    [Fact]
    public void Masked_gradients_are_found_in_every_run()
    {
        var dice = new Dice(2);
        Assert.All(Enumerable.Range(0, 50), _ => Assert.True(HasError(dice, (1, 0.3, 0.1), 60)));
    }

    /// <param name="dice">The dice.</param>
    /// <param name="kind">The model.</param>
    /// <param name="blunt">What searches by gradients miss by, as a multiple; null where everything at the budget misses alike.</param>
    private static bool HasError(Dice dice, (double Median, double Spread, double Wrong) kind, double? blunt)
    {
        const int N = 256;
        var distances = Enumerable
            .Range(0, N)
            .Select(_ => kind.Median * Math.Exp(kind.Spread * Normal(dice)))
            .ToArray();
        var run = new ProbedRun
        {
            CleanErrors = Enumerable.Range(0, N).Count(_ => dice.Roll() < kind.Wrong),
            Probes = Attacks.ToDictionary(
                a => a.Name,
                a =>
                {
                    var byGradient = a.Name.Contains("pgd", StringComparison.Ordinal);
                    var miss =
                        blunt is not { } factor ? 0.1
                        : byGradient ? a.Miss * factor
                        : a.Miss;
                    bool[] broken =
                    [
                        .. distances.Select(d => d * (1 - (miss * Math.Log(1 - dice.Roll()))) <= a.Budget),
                    ];
                    return (Func<int, bool>)(i => broken[i]);
                },
                StringComparer.Ordinal
            ),
        };
        return run.Findings().Any(f => f.Severity == Severity.Error);
    }

    private static double Normal(Dice dice) =>
        Math.Sqrt(-2 * Math.Log(1 - dice.Roll())) * Math.Cos(2 * Math.PI * dice.Roll());

    /// <summary>Knuth's MMIX generator; the upper 53 bits as a fraction.</summary>
    private sealed class Dice(ulong state)
    {
        private ulong _state = state;

        public double Roll()
        {
            _state = unchecked((_state * 6364136223846793005) + 1442695040888963407);
            return (_state >> 11) * (1.0 / (1UL << 53));
        }
    }
}
