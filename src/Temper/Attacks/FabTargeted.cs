using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>The fast adaptive boundary attack, one wrong class after the other: a gradient per step instead of one per class.</summary>
/// <remarks>
/// Croce and Hein 2020, as in AutoAttack (Croce and Hein 2020b): the targets are the classes that score best on the clean input
/// after the right one, or the class that the threat's goal names. Each target is a round of its own on the examples still standing,
/// unless the nearest point of all is wanted. Cost per example and target: <c>steps</c> gradients and 2 · <c>steps</c> + 4 forwards.
/// </remarks>
[Component(
    "fab-t",
    "Fast adaptive boundary attack, target by target: the nearest wrong point, in the threat's norm",
    "Croce and Hein 2020, Reliable evaluation of adversarial robustness with an ensemble of diverse parameter-free attacks"
)]
public sealed class FabTargeted(FabTargeted.Options options) : Attack(options)
{
    private const int FinalSteps = 2;

    /// <summary>Options of the attack.</summary>
    public sealed record Options : AttackOptions
    {
        /// <summary>Gets the number of steps per target and restart.</summary>
        [System.ComponentModel.Description("gradient steps per target and restart")]
        [Range(1, 100_000)]
        public int Steps { get; init; } = 100;

        /// <summary>Gets the number of targets; models with fewer wrong classes have fewer.</summary>
        [System.ComponentModel.Description("number of targets; models with fewer wrong classes have fewer")]
        [Range(1, 10_000)]
        public int Targets { get; init; } = 9;

        /// <summary>Gets whether all targets are tried for every example, one that is broken already included.</summary>
        [System.ComponentModel.Description(
            "try all targets whether or not one is within the budget, for the nearest point"
        )]
        public bool Nearest { get; init; }
    }

    /// <inheritdoc/>
    public override PassCeiling? Ceiling(int classes) => new((2 * options.Steps) + 4, options.Steps);

    /// <inheritdoc/>
    public override int Rounds(int classes) => options.Nearest ? Restarts : Restarts * Targets(classes);

    /// <inheritdoc/>
    protected override bool CanAim => true;

    /// <inheritdoc/>
    protected override AttackLoss Loss => Margin.Instance;

    /// <inheritdoc/>
    protected override bool SeeksMinimum => true;

    /// <inheritdoc/>
    public override bool Supports(ThreatModel threat) => NormGeometry.Knows(threat);

    /// <inheritdoc/>
    protected override Tensor Core(AttackContext context)
    {
        using var scope = NewDisposeScope();
        using var nearest = new NearestWrong(context);
        var search = new FabSearch(context, NormGeometry.Of(context.Threat, Id), nearest);
        // With a round for each target, the rounds of one restart are those of all targets.
        var isOneOf = !options.Nearest && context.Targets is null;
        var start = context.Clean;
        if ((isOneOf ? context.Round % Restarts : context.Restart) > 0)
        {
            start = (start + context.Start(StartKind.Uniform)) / 2;
        }
        var logits = context.Model.Logits(context.Clean);
        foreach (var target in Aimed(context, logits, isOneOf ? context.Round / Restarts : null))
        {
            search.Walk(start, target, options.Steps, isAnew: true);
        }
        search.Finish(logits, FinalSteps);
        return nearest.Points().MoveToOuterDisposeScope();
    }

    private int Targets(int classes) => Math.Min(options.Targets, Math.Max(1, classes - 1));

    /// <summary>The classes to aim at one after the other, each of shape (N, 1).</summary>
    private IEnumerable<Tensor> Aimed(AttackContext context, Tensor logits, int? place)
    {
        if (context.Targets is { } aimedAt)
        {
            return [aimedAt.unsqueeze(1)];
        }
        var targets = Targets(context.Model.Classes);
        var wrong = ScoreGaps.WrongClasses(context.Labels, context.Model.Classes);
        // A wrong class is a target whether or not the right one scores best.
        var scores = logits.nan_to_num().gather(1, wrong);
        var ranked = wrong.gather(1, scores.argsort(1, descending: true));
        return place is { } rank
            ? [ranked.narrow(1, Math.Min(rank, targets - 1), 1)]
            : [.. Enumerable.Range(0, targets).Select(i => ranked.narrow(1, i, 1))];
    }
}
