using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>SmoothAdv: adversarial training of the smoothed classifier.</summary>
/// <remarks>
/// Salman et al. 2019, SmoothAdv-PGD: δ ascends −log (1/m) Σⱼ p_y(x + δ + ηⱼ) from the clean input, within ball and box, for m noise vectors
/// η of standard deviation σ that stay the same during the search; the loss is the mean cross-entropy at the m points x + δ + ηⱼ, with the same
/// noise, not clipped. One train-mode pass over all m·N points. Under <c>l2</c> the search is the paper's. Cost per example:
/// m·(steps + 1)(F+B).
/// </remarks>
[Component(
    "smooth-adv",
    "SmoothAdv: adversarial training of the smoothed classifier",
    "Salman et al. 2019, Provably robust deep learning via adversarially trained smoothed classifiers"
)]
[Guidance(
    "mean_j CE(f(x + δ + η_j), y), η_j ~ N(0, σ²), j = 1…m; δ ≈ argmax −log mean_j p_y(x + δ + η_j) over the ball",
    "Larger certified radii than gaussian, where m · (k + 1) passes of each kind can be paid.",
    "First tries of smoothing: take gaussian. Without smoothing, as gaussian."
)]
public sealed class SmoothAdversarial(SmoothAdversarial.Options options) : Objective
{
    /// <summary>Options of the method.</summary>
    public sealed record Options
    {
        /// <summary>Gets the standard deviation of the noise.</summary>
        [Description("standard deviation σ of the noise, in input units")]
        [Range(0d, 1000d)]
        public double Sigma { get; init; } = 0.25;

        /// <summary>Gets the number of noise vectors.</summary>
        [Description("noise vectors m of each example")]
        [Range(1, 1000)]
        public int Noises { get; init; } = 2;

        /// <summary>Gets the number of inner steps.</summary>
        [Description("inner gradient steps")]
        [Range(1, 10_000)]
        public int Steps { get; init; } = 10;

        /// <summary>Gets the length of an inner step.</summary>
        [Description("length of an inner step, absolute (2/255) or relative to ε (rel:0.25)")]
        public StepSize Step { get; init; } = StepSize.Parse("rel:0.2");
    }

    /// <inheritdoc/>
    public override StepPasses? Passes =>
        new(options.Noises * (options.Steps + 1), options.Noises * (options.Steps + 1));

    /// <inheritdoc/>
    public override StepPasses LossPasses => new(options.Noises, options.Noises);

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        using var scope = NewDisposeScope();
        var crafted = step.Craft((model, rng, number) => Search(step, model, rng.Fork("smooth-adv"), number));
        var copies = step.Logits(crafted).chunk(options.Noises);
        step.CountRight(stack(copies.Select(c => c.detach().softmax(1))).mean([0]));
        return stack(copies.Select(step.CrossEntropy)).mean().MoveToOuterDisposeScope();
    }

    /// <summary>The m noisy copies of the points found, copy by copy.</summary>
    private Tensor Search(StepContext step, MeteredClassifier model, Rng rng, uint number)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var clean = step.Batch.Inputs;
        var noise = empty([options.Noises, .. clean.shape], dtype: ScalarType.Float32);
        var floats = Tensors.Floats(noise);
        var values = (int)clean.numel();
        for (var copy = 0; copy < options.Noises; copy++)
        {
            rng.FillNormal(floats.Slice(copy * values, values), step.Batch.Indices, (uint)copy, number);
        }
        noise = noise.to(clean.device).mul_(options.Sigma);
        var labels = step.Batch.Labels.repeat(options.Noises);
        var loss = new SmoothedCrossEntropy(options.Noises);
        using var region = step.Threat.Around(clean);
        var x = clean.clone();
        for (var taken = 0; taken < options.Steps; taken++)
        {
            using var inner = NewDisposeScope();
            var (_, _, slopes) = InputGradient.Compute(model, loss, (noise + x).flatten(0, 1), labels);
            // A bare 0 would be taken for a type of number, and everything be summed.
            var gradient = slopes.view(noise.shape).sum([0L]);
            step.Threat.Budgets?.Silence(gradient);
            region.StepInPlace(x, gradient.nan_to_num_(0, 0, 0), step.Length(options.Step));
        }
        return (noise + x).flatten(0, 1).MoveToOuterDisposeScope();
    }
}
