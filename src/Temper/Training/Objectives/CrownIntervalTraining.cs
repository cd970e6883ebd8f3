using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Temper.Runs;
using Temper.Training.Certified;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>CROWN-IBP: bounds by intervals made tighter by linear ones brought back from the scores, until the budget is full.</summary>
/// <remarks>
/// Zhang et al. 2020, eq. (10): as <c>ibp</c>, with worst scores (1 − β) · those of intervals + β · those of lines around the ReLUs; β
/// goes from 1 to its last value as the budget grows to its own. While β is above 0 the loss costs as many passes more as there are other
/// classes, or one more where they are fused (Xu et al. 2020, section 3.3): then one function of each example is brought back, a line
/// above the sum of exponentials in the cross-entropy. Counted as such: at most (3 + rows)(F+B).
/// </remarks>
[Component(
    "crown-ibp",
    "Training on bounds by intervals and by lines brought back (CROWN-IBP)",
    "Zhang et al. 2020, Towards stable and efficient training of verifiably robust neural networks; Xu et al. 2020, Automatic perturbation analysis"
)]
[Guidance(
    "as ibp, with ẑ = (1 − β) · intervals + β · lines brought back from the scores; β falls from 1 to its last value as ε grows",
    "ibp starts badly or does not train at this ε: lines are tighter while ε grows.",
    "Many classes with fused: false, where a step takes as many passes more as there are other classes. Else as for ibp."
)]
public sealed class CrownIntervalTraining(CrownIntervalTraining.Options options) : CertifiedTraining(options)
{
    // Keeps a quotient away from 0/0; the line is as good there.
    private const double Narrow = 1e-4;

    /// <summary>Options of the method.</summary>
    public new sealed record Options : CertifiedTraining.Options
    {
        /// <summary>Gets the last weight of the clean loss.</summary>
        [Description("weight κ of the clean loss once the budget is full; before, it falls from 1")]
        [Range(0d, 1d)]
        public double Kappa { get; init; } = 0.5;

        /// <summary>Gets the last weight of the linear bounds.</summary>
        [Description("weight β of the linear bounds once the budget is full; before, it falls from 1")]
        [Range(0d, 1d)]
        public double Beta { get; init; }

        /// <summary>Gets whether one function of each example is brought back instead of one of each class.</summary>
        [Description("bring back one line above the whole loss instead of one for each class: faster, a little looser")]
        public bool Fused { get; init; } = true;
    }

    /// <inheritdoc/>
    public override StepPasses? Passes => options.Fused ? new(4, 4, AtMost: true) : null;

    /// <inheritdoc/>
    public override StepPasses LossPasses => new(4, 4, AtMost: true);

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        using var scope = NewDisposeScope();
        var pass = Pass(step);
        var kappa = 1 - ((1 - options.Kappa) * step.Grown);
        var beta = 1 - ((1 - options.Beta) * step.Grown);
        var worst = WorstCrossEntropy(
            step,
            labels =>
                beta <= 0 ? Interval(pass, labels)
                : options.Fused ? Fused(step, pass, labels, beta)
                : ByClass(step, pass, labels, beta)
        );
        var loss = (kappa * step.CrossEntropy(pass.Scores())) + ((1 - kappa) * worst);
        return (Regularisers(step, pass) is { } more ? loss + more : loss).MoveToOuterDisposeScope();
    }

    /// <summary>Every difference brought back by itself.</summary>
    private static (Tensor Largest, Tensor Losses) ByClass(
        StepContext step,
        IntervalPass pass,
        Tensor labels,
        double beta
    )
    {
        var (middle, radius) = pass.Margins(labels);
        Count(step, middle.shape[1]);
        var (slot, rows, shift) = pass.Functions(labels);
        var lines = BackwardPass.Most(pass, slot, rows);
        var largest = ((1 - beta) * (middle + radius)) + (beta * (shift is null ? lines : lines + shift));
        return (largest, Losses(largest));
    }

    /// <summary>
    /// log(1 + Σ exp mⱼ) is at most the logarithm of chords above the exponentials between the bounds of intervals: a linear function of
    /// the differences, brought back as one.
    /// </summary>
    private static (Tensor Largest, Tensor Losses) Fused(
        StepContext step,
        IntervalPass pass,
        Tensor labels,
        double beta
    )
    {
        Count(step, 1);
        var (middle, radius) = pass.Margins(labels);
        var largest = middle + radius;
        // Exponentials are taken less the largest, which keeps them finite.
        var top = largest.detach().amax([1], keepdim: true).clamp_min(0);
        var width = (2 * radius).clamp_min(Narrow);
        var high = (largest - top).exp();
        var slopes = high * (1 - (-width).exp()) / width;
        var (slot, rows, shift) = pass.Functions(labels);
        var sum = slopes.unsqueeze(1).matmul(rows.flatten(2)).view([labels.shape[0], 1, .. rows.shape[2..]]);
        var most = BackwardPass.Most(pass, slot, sum).squeeze(1);
        var constants = high - (slopes * (shift is null ? largest : largest - shift));
        var chords = (-top).exp().squeeze(1) + most + constants.sum(1);
        // What intervals allow is a bound too; the line is never taken where rounding puts it at or below nothing.
        var lines = top.squeeze(1) + chords.clamp_min(1e-30).log();
        return (largest, ((1 - beta) * Losses(largest)) + (beta * lines));
    }
}
