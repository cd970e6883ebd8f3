using System.Globalization;
using Temper.Attacks;
using Temper.Models;
using Temper.Threats;

namespace Temper.Evaluation.Unseen;

/// <summary>Norms that were not evaluated, and larger budgets of those that were.</summary>
/// <remarks>
/// Budgets of other norms follow from the evaluated one by one rule. With d values per example (those a mask allows):
/// ε∞ = 4 · ε₂ / √d = 16 · ε₁ / d, and ε₀ = d / 32 values. From ε₀ values the rule goes back by ε₁ = ε₀ / 4 widths of the box. They are rounded
/// to two digits, and not larger than the box.
/// </remarks>
internal static class NormThreats
{
    private static readonly decimal[] Factors = [1.5m, 2m];

    public static IReadOnlyList<UnseenThreat> Of(UnseenPlan plan)
    {
        var threat = plan.Evaluation.Threat;
        if (threat.Epsilon.Value == 0)
        {
            return [];
        }
        IReadOnlyList<ThreatModel> evaluated = threat is UnionThreat union
            ? union.Members
            : [threat with { Goal = Goal.Untargeted }];
        return [.. Others(plan, evaluated), .. evaluated.SelectMany(one => Larger(plan, one))];
    }

    /// <summary>The threats in norms that were not evaluated.</summary>
    internal static IReadOnlyList<ThreatModel> Derived(IReadOnlyList<ThreatModel> evaluated, long values)
    {
        var from = evaluated[0];
        long allowed = from.Budgets?.Allowed ?? values;
        var (box, epsilon) = (from.Box, from.Epsilon.Value);
        var linf = from.Norm switch
        {
            "l2" => 4 * epsilon / Math.Sqrt(allowed),
            "l1" => 16 * epsilon / allowed,
            "l0" => 4 * epsilon * box.Width / allowed,
            _ => epsilon,
        };
        ThreatModel[] all =
        [
            new LinfThreat(Budget(linf), box),
            new L2Threat(Budget(linf * Math.Sqrt(allowed) / 4), box),
            new L1Threat(Budget(linf * allowed / 16), box),
            new L0Threat(Epsilon.Of(Math.Max(1, allowed / 32)), box),
        ];
        return
        [
            .. all.Where(t => evaluated.All(e => e.Norm != t.Norm))
                .Select(t => t.Epsilon.Value > t.Diameter(values) ? t.With(Epsilon.Of(t.Diameter(values))) : t)
                .Select(t => from.Budgets is { IsMask: true } mask ? t.Under(mask) : t),
        ];
    }

    private static Epsilon Budget(double value) =>
        Epsilon.Of(double.Parse(value.ToString("G2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));

    private static IEnumerable<UnseenThreat> Others(UnseenPlan plan, IReadOnlyList<ThreatModel> evaluated) =>
        Derived(evaluated, plan.Evaluation.Set.ValuesPerExample)
            .Select(threat =>
                evaluated[0].Budgets is { IsMask: false }
                    ? UnseenThreat.Not(UnseenRow.Norm, threat.Norm, threat.Epsilon.ToString(), "the mask holds shares")
                    : Searched(plan, UnseenRow.Norm, threat)
            );

    private static IEnumerable<UnseenThreat> Larger(UnseenPlan plan, ThreatModel evaluated)
    {
        var widest = evaluated.Diameter(plan.Evaluation.Set.ValuesPerExample);
        UnseenThreat? before = null;
        foreach (var factor in Factors)
        {
            var epsilon = Times(evaluated.Epsilon, factor);
            epsilon = evaluated is L0Threat ? Epsilon.Of(evaluated.Affordable(epsilon.Value)) : epsilon;
            if (
                epsilon.Value > widest
                || epsilon.Value <= evaluated.Epsilon.Value
                || before?.Setting == epsilon.ToString()
            )
            {
                continue;
            }
            before = Searched(plan, UnseenRow.Larger, evaluated.With(epsilon)) with
            {
                Within = before is null ? [] : [before],
                // What fell to a union fell to one of its members, and not to each.
                Known = plan.Evaluation.Threat is UnionThreat ? new HashSet<long>() : plan.Known,
            };
            yield return before;
        }
    }

    /// <summary>A multiple of a budget, written as the budget is; in decimal arithmetic, so that 1.5 times 0.3 is 0.45.</summary>
    private static Epsilon Times(Epsilon epsilon, decimal factor) =>
        epsilon.ToString().EndsWith("/255", StringComparison.Ordinal)
            ? Epsilon.Of255((double)(Math.Round((decimal)epsilon.Value * 255, 9) * factor))
            : Epsilon.Of((double)((decimal)epsilon.Value * factor));

    private static UnseenThreat Searched(UnseenPlan plan, string family, ThreatModel threat)
    {
        var setting = threat.Epsilon.ToString();
        var evaluation = plan.Evaluation;
        if (evaluation.Model.Access != Access.Gradients)
        {
            return UnseenThreat.Not(family, threat.Norm, setting, UnseenRow.NeedsGradients);
        }
        var rng = evaluation.Rng.Fork(
            $"unseen/{family}/{threat.Norm}/{(family == UnseenRow.Norm ? "derived" : threat.Epsilon.Value.ToString("R", CultureInfo.InvariantCulture))}"
        );
        return new(
            family,
            threat.Norm,
            setting,
            [.. ShortCascade.For(threat).Select(attack => UnseenSteps.Attack(attack, threat, evaluation.Model, rng))]
        );
    }
}
