using System.Globalization;
using Temper.Attacks;
using Temper.Evaluation.Foretelling;
using Temper.Threats;

namespace Temper.Evaluation;

/// <summary>What a curve of accuracy against ε is made of; immutable.</summary>
public sealed record CurvePlan
{
    /// <summary>Gets the evaluation it belongs to: model, data, examples, threat, attacks, block size, stream.</summary>
    public required EvaluationPlan Evaluation { get; init; }

    /// <summary>Gets the attack, by its name in that evaluation; its options are the same at every budget.</summary>
    public required string Attack { get; init; }

    /// <summary>Gets the number of examples: a seeded random subset of the evaluation's, all of them where there are no more.</summary>
    public int Examples { get; init; } = 1000;

    /// <summary>Gets the number of budgets, evenly spaced from 0 to twice the threat's; odd, so that ε itself is among them.</summary>
    public int Budgets { get; init; } = 9;

    /// <summary>
    /// Gets what the evaluation has broken already, by canonical index, at which distance: broken at every budget from there,
    /// so that the curve never says more than the worst case.
    /// </summary>
    public IReadOnlyDictionary<long, double> Known { get; init; } = new Dictionary<long, double>();

    /// <summary>The budgets above 0, ascending. One that is wider than the box allows nothing new and is left out; so is one that a norm of whole numbers has already.</summary>
    internal IReadOnlyList<double> Steps()
    {
        var epsilon = Evaluation.Threat.Epsilon.Value;
        var widest = Evaluation.Threat.Diameter(Evaluation.Set.ValuesPerExample);
        var half = (Budgets - 1) / 2;
        // ε itself as it is; the others in decimal arithmetic, so that 3/4 of 0.3 is 0.225.
        return
        [
            .. Enumerable
                .Range(1, Budgets - 1)
                .Select(i => i == half ? epsilon : (double)((decimal)epsilon * i / half))
                .Select(Evaluation.Threat.Affordable)
                .Where(b => b > 0 && b <= widest)
                .Distinct(),
        ];
    }

    /// <summary>The canonical indices of the examples, ascending; those whose own class is aimed at are none.</summary>
    internal IReadOnlyList<int> Indices()
    {
        var all = Evaluation.Targets();
        return Examples >= all.Count
            ? all
            : [.. Evaluation.Rng.Fork("curve/sample").Sample(Examples, all.Count).Select(i => all[i])];
    }

    /// <summary>The stage that progress is told of.</summary>
    internal static string Stage(double budget) =>
        string.Create(CultureInfo.InvariantCulture, $"accuracy at ε {budget:0.####}");

    /// <summary>What the curve costs at most.</summary>
    internal IEnumerable<Errand> Errands()
    {
        var model = Evaluation.Model;
        var attack = Evaluation.Attacks.Single(a => a.Name == Attack).Attack;
        var rounds = attack.Rounds(model.Classes, Evaluation.Threat.Goal);
        var most = attack.Ceiling(model.Classes) ?? default;
        var (all, examples) = (
            new PassCeiling((rounds * most.Forwards) + Shortening.Forwards, rounds * most.Gradients),
            Indices().Count
        );
        // Nothing is told while the curve looks at clean inputs.
        return Steps()
            .Select(budget => new Errand(Stage(budget), attack.Id, examples, all, Evaluation.Block))
            .Prepend(new("curve", "", examples, new(1, 0), Evaluation.Block));
    }

    internal ThreatModel At(double budget) => Evaluation.Threat.With(Epsilon.Of(budget));
}
