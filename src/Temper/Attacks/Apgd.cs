using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>Auto-PGD: gradient steps with momentum whose sizes follow the losses of each example by itself.</summary>
/// <remarks>
/// Croce and Hein 2020, algorithm 1. The start is drawn uniformly from the ball. Cost per example and restart: <c>steps</c> ·
/// <c>eot</c> gradients and (<c>steps</c> + 1) · <c>eot</c> + 1 forwards (the last iterate's score, the verification).
/// Larger balls cost 2 · <c>eot</c> forwards more.
/// </remarks>
[Component(
    "apgd",
    "Auto-PGD: projected gradient ascent that sets its own step sizes",
    "Croce and Hein 2020, Reliable evaluation of adversarial robustness with an ensemble of diverse parameter-free attacks"
)]
public sealed class Apgd(Apgd.Options options) : Attack(options)
{
    /// <summary>Options of the attack.</summary>
    public sealed record Options : AttackOptions
    {
        /// <summary>Gets the number of gradient steps per restart.</summary>
        [System.ComponentModel.Description("gradient steps per restart")]
        [Range(1, 100_000)]
        public int Steps { get; init; } = 100;

        /// <summary>Gets the loss.</summary>
        [System.ComponentModel.Description("loss to ascend: ce, margin or dlr (3 classes; with fewer the margin)")]
        public LossKind Loss { get; init; } = LossKind.Ce;

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
    public override PassCeiling? Ceiling(int classes) =>
        AutoPgd.Ceiling(options.Steps, options.Eot, options.LargeRadii);

    /// <inheritdoc/>
    public override bool Supports(ThreatModel threat) => threat.HasAutoSteps;

    /// <inheritdoc/>
    protected override bool CanAim => true;

    /// <inheritdoc/>
    protected override AttackLoss Loss => AttackLoss.Of(options.Loss);

    /// <inheritdoc/>
    protected override Tensor Core(AttackContext context) =>
        new AutoPgd(context, Loss, (options.Steps, options.Rho, options.Eot, options.LargeRadii)).Search();
}
