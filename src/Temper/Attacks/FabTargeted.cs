using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>The fast adaptive boundary attack, one wrong class after the other: a gradient per step instead of one per class.</summary>
/// <remarks>
/// Croce and Hein 2020, as in AutoAttack (Croce and Hein 2020b): the targets are the classes that score best on the clean input
/// after the right one, or the class that the threat's goal names. Cost per example and restart: <c>targets</c> times <c>steps</c> gradients and as many forwards, and 7 more.
/// </remarks>
[Component(
    "fab-t",
    "Fast adaptive boundary attack, target by target: the nearest wrong point, in the threat's norm",
    "Croce and Hein 2020, Reliable evaluation of adversarial robustness with an ensemble of diverse parameter-free attacks"
)]
public sealed class FabTargeted(FabTargeted.Options options) : Attack(options)
{
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
    }

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
        var start = context.Clean;
        if (context.Restart > 0)
        {
            start = (start + context.Start(StartKind.Uniform)) / 2;
        }
        if (context.Targets is { } aimedAt)
        {
            search.Walk(start, aimedAt.unsqueeze(1), options.Steps);
            search.Finish();
            return nearest.Points().MoveToOuterDisposeScope();
        }
        var targets = Math.Min(options.Targets, context.Model.Classes - 1);
        var wrong = ScoreGaps.WrongClasses(context.Labels, context.Model.Classes);
        // A wrong class is a target whether or not the right one scores best.
        var scores = context.Model.Logits(context.Clean).nan_to_num().gather(1, wrong);
        var ranked = wrong.gather(1, scores.argsort(1, descending: true));
        for (var rank = 0; rank < targets; rank++)
        {
            search.Walk(start, ranked.narrow(1, rank, 1), options.Steps);
        }
        search.Finish();
        return nearest.Points().MoveToOuterDisposeScope();
    }
}
