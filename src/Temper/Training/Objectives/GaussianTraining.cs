using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Temper.Numerics;
using Temper.Runs;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>Training under Gaussian noise: the base of a smoothed classifier.</summary>
/// <remarks>
/// Cohen et al. 2019, section 3.3: cross-entropy at x + η, η normal of standard deviation σ on every value, drawn anew in every step and
/// not clipped to the box, as at certification. Cost per example: 1 (F+B). What withstands is the smoothed classifier; the network
/// itself is not trained against an adversary.
/// </remarks>
[Component(
    "gaussian",
    "Training under Gaussian noise, for randomized smoothing",
    "Cohen et al. 2019, Certified adversarial robustness via randomized smoothing"
)]
[Guidance(
    "CE(f(x + η), y), η ~ N(0, σ²) anew in each step, not clipped",
    "The base of randomized smoothing: L2 certificates for any network, at the price of plain training.",
    "Without smoothing: the network by itself withstands little. σ of the certification other than that of the training."
)]
public sealed class GaussianTraining(GaussianTraining.Options options) : Objective
{
    /// <summary>Options of the method.</summary>
    public sealed record Options
    {
        /// <summary>Gets the standard deviation of the noise.</summary>
        [Description("standard deviation σ of the noise, in input units")]
        [Range(0d, 1000d)]
        public double Sigma { get; init; } = 0.25;
    }

    /// <inheritdoc/>
    public override StepPasses? Passes => new(1, 1);

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        using var noisy = step.Craft((_, rng, number) => Noisy(step, rng.Fork("gaussian"), number));
        return step.CrossEntropyAt(noisy);
    }

    private Tensor Noisy(StepContext step, Rng rng, uint number)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var noise = empty(step.Batch.Inputs.shape, dtype: ScalarType.Float32);
        rng.FillNormal(Tensors.Floats(noise), step.Batch.Indices, 0, number);
        return noise.to(step.Batch.Inputs.device).mul_(options.Sigma).add_(step.Batch.Inputs).MoveToOuterDisposeScope();
    }
}
