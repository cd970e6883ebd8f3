using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>The fast gradient (sign) method: one steepest-ascent step of length ε.</summary>
/// <remarks>Goodfellow et al. 2015, eq. (1). Cost per example: <c>eot</c> gradients, <c>eot</c> + 1 forwards (one verifies).</remarks>
[Component(
    "fgsm",
    "One gradient step of length ε",
    "Goodfellow et al. 2015, Explaining and harnessing adversarial examples"
)]
public sealed class Fgsm(Fgsm.Options options) : Attack(options)
{
    /// <summary>Options of the attack.</summary>
    public sealed record Options : AttackOptions
    {
        /// <summary>Gets the length of the step, absolute or relative to ε.</summary>
        [System.ComponentModel.Description("length of the step, absolute (0.1, 2/255) or relative to ε (rel:1)")]
        public StepSize Step { get; init; } = StepSize.Parse("rel:1");

        /// <summary>Gets the start.</summary>
        [System.ComponentModel.Description("start: clean, or uniform in the ball")]
        public StartKind Start { get; init; } = StartKind.Clean;

        /// <summary>Gets the loss.</summary>
        [System.ComponentModel.Description("loss to ascend: ce, margin or dlr")]
        public LossKind Loss { get; init; } = LossKind.Ce;

        /// <summary>Gets the passes of which the gradient is the mean.</summary>
        [System.ComponentModel.Description("passes, of which the mean is taken, for models that answer at random")]
        [Range(1, 10_000)]
        public int Eot { get; init; } = 1;
    }

    /// <inheritdoc/>
    public override PassCeiling? Ceiling(int classes) => new(options.Eot + 1, options.Eot);

    /// <inheritdoc/>
    protected override bool CanAim => true;

    /// <inheritdoc/>
    protected override AttackLoss Loss => AttackLoss.Of(options.Loss);

    /// <inheritdoc/>
    protected override Tensor Core(AttackContext context)
    {
        using var scope = NewDisposeScope();
        var x = context.Start(options.Start);
        var (_, _, gradient) = context.Gradient(Loss, x, options.Eot);
        context.Region.StepInPlace(x, gradient.nan_to_num_(0, 0, 0), options.Step.For(context.Threat.Epsilon));
        return x.MoveToOuterDisposeScope();
    }
}
