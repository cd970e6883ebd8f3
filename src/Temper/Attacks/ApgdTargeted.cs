using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>Targeted Auto-PGD: one wrong class after the other is aimed at, those of highest clean score first.</summary>
/// <remarks>
/// Croce and Hein 2020, section 4. Any wrong class counts as found. A goal of the threat takes the place of these classes. Each class is a round of its own on the examples still
/// standing; a model of fewer classes has fewer rounds. Cost per example and round: <c>steps</c> · <c>eot</c> gradients and
/// (<c>steps</c> + 1) · <c>eot</c> + 2 forwards (the last iterate's score, the verification, the choice of the class).
/// Larger balls cost 2 · <c>eot</c> forwards more.
/// </remarks>
[Component(
    "apgd-t",
    "Targeted Auto-PGD over the highest wrong classes",
    "Croce and Hein 2020, Reliable evaluation of adversarial robustness with an ensemble of diverse parameter-free attacks"
)]
public sealed class ApgdTargeted(ApgdTargeted.Options options) : Attack(options)
{
    /// <summary>Options of the attack.</summary>
    public sealed record Options : AttackOptions
    {
        /// <summary>Gets the number of gradient steps per round.</summary>
        [System.ComponentModel.Description("gradient steps per target class and restart")]
        [Range(1, 100_000)]
        public int Steps { get; init; } = 100;

        /// <summary>Gets the number of target classes.</summary>
        [System.ComponentModel.Description("target classes, highest wrong scores first; at most all wrong ones")]
        [Range(1, 100_000)]
        public int Targets { get; init; } = 9;

        /// <summary>Gets the loss.</summary>
        [System.ComponentModel.Description(
            "targeted loss to ascend: dlr (4 classes; with fewer the margin), margin or ce"
        )]
        public LossKind Loss { get; init; } = LossKind.Dlr;

        /// <summary>Gets the share of rising steps between checkpoints below which a step is halved.</summary>
        [System.ComponentModel.Description("share of rising steps between checkpoints below which a step is halved")]
        [Range(0d, 1d)]
        public double Rho { get; init; } = 0.75;

        /// <summary>Gets the passes of which scores and gradient are the means.</summary>
        [System.ComponentModel.Description(
            "passes per step, of which the means are taken, for models that answer at random"
        )]
        [Range(1, 10_000)]
        public int Eot { get; init; } = 1;

        /// <summary>Gets whether the search begins in larger balls.</summary>
        [System.ComponentModel.Description(
            "begin in balls of 3 and 2 times the budget, for 30 % of the steps each; for l1"
        )]
        public bool LargeRadii { get; init; }
    }

    /// <inheritdoc/>
    public override PassCeiling? Ceiling(int classes)
    {
        var search = AutoPgd.Ceiling(options.Steps, options.Eot, options.LargeRadii);
        return search with { Forwards = search.Forwards + 1 };
    }

    /// <inheritdoc/>
    public override bool Supports(ThreatModel threat) => threat.HasAutoSteps;

    /// <inheritdoc/>
    protected override bool CanAim => true;

    /// <inheritdoc/>
    protected override AttackLoss Loss => AttackLoss.Targeted(options.Loss);

    /// <inheritdoc/>
    public override int Rounds(int classes) => Restarts * Math.Min(options.Targets, Math.Max(1, classes - 1));

    /// <inheritdoc/>
    protected override Tensor Core(AttackContext context)
    {
        using var scope = NewDisposeScope();
        var place = Math.Min(context.Round / Restarts, context.Model.Classes - 2);
        var targets = context.Targets ?? TargetClasses.Of(context.Model.Logits(context.Clean), context.Labels, place);
        var loss = AttackLoss.Targeted(options.Loss).Toward(targets);
        return new AutoPgd(context, loss, (options.Steps, options.Rho, options.Eot, options.LargeRadii))
            .Search()
            .MoveToOuterDisposeScope();
    }
}
