using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Temper.Runs;
using Temper.Training.Certified;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>IBP: the loss at the worst scores that intervals allow, which no perturbation can exceed.</summary>
/// <remarks>
/// Gowal et al. 2018, eq. (12): κ CE(f(x), y) + (1 − κ) CE(worst scores), the last layer joined with the difference of scores. κ goes
/// from 1 to its last value as the budget grows to its own (epsilon-warmup). Beside it, fading out meanwhile, the regularisers of Shi et
/// al. 2021; initial weights and BatchNorm by the clean batch are theirs too. Cost per example: 3 F + 3 B: clean inputs, middles, radii.
/// </remarks>
[Component(
    "ibp",
    "Training on bounds by intervals: certified robustness (IBP)",
    "Gowal et al. 2018, On the effectiveness of interval bound propagation for training verifiably robust models; Shi et al. 2021, Fast certified robust training with short warmup"
)]
[Guidance(
    "κ · CE(f(x), y) + (1 − κ) · CE(ẑ, y); ẑ the worst scores that intervals over the whole ball allow; κ falls from 1 as ε grows",
    "A certificate is wanted against linf at a large ε, on a small network; three passes of each kind a step.",
    "Clean accuracy at small ε: intervals over the whole ball regularise too much, sabr less. ε at full size at once: give training.epsilon-warmup a third to two thirds of the epochs, or training ends at chance. Other norms; networks not known as graphs."
)]
public sealed class IntervalTraining(IntervalTraining.Options options) : CertifiedTraining(options)
{
    /// <summary>Options of the method.</summary>
    public new sealed record Options : CertifiedTraining.Options
    {
        /// <summary>Gets the last weight of the clean loss.</summary>
        [Description("weight κ of the clean loss once the budget is full; before, it falls from 1")]
        [Range(0d, 1d)]
        public double Kappa { get; init; } = 0.5;
    }

    /// <inheritdoc/>
    public override StepPasses? Passes => new(3, 3);

    /// <inheritdoc/>
    public override StepPasses LossPasses => new(3, 3);

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        using var scope = NewDisposeScope();
        var pass = Pass(step);
        var kappa = 1 - ((1 - options.Kappa) * step.Grown);
        var worst = WorstCrossEntropy(step, labels => Interval(pass, labels));
        var loss = (kappa * step.CrossEntropy(pass.Scores())) + ((1 - kappa) * worst);
        return (Regularisers(step, pass) is { } more ? loss + more : loss).MoveToOuterDisposeScope();
    }
}
