using Temper.Attacks;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>RS-FGSM: one gradient step from a uniform start, projected onto ball and box.</summary>
/// <remarks>
/// Wong et al. 2020, algorithm 3. The gradient is taken at the noisy input before it is moved into the box: clipping the
/// start first turns nearly every value of a dark image into 0 or ε and brings catastrophic overfitting. Other norms
/// than L∞ start inside the box. Cost per example: 2 (F+B).
/// </remarks>
[Component(
    "fast",
    "Training on one gradient step from a random start (RS-FGSM)",
    "Wong et al. 2020, Fast is better than free"
)]
[Guidance(
    "CE(f(x′), y); x′ = Π(x + η + α · sign ∇CE(f(x + η), y)), η ~ U(−ε, ε)",
    "Short trainings at small ε, of a few epochs, with guard-overfitting on; comparison with Wong et al. 2020.",
    "Large ε (above 8/255 on CIFAR-10), steps above 1.25 ε, long schedules: catastrophic overfitting, after which the model withstands FGSM and nothing else. n-fgsm costs the same and is safer."
)]
public sealed class FastTraining(FastTraining.Options options) : Objective
{
    /// <summary>Options of the method.</summary>
    public sealed record Options
    {
        /// <summary>Gets the length of the step.</summary>
        [System.ComponentModel.Description("length of the step, absolute or relative to ε (rel:1.25)")]
        public StepSize Step { get; init; } = StepSize.Parse("rel:1.25");
    }

    /// <inheritdoc/>
    public override StepPasses? Passes => new(2, 2);

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        using var crafted = step.Threat is LinfThreat { Budgets: null }
            ? step.Craft((model, rng, number) => Search(step, model, rng.Fork("fast"), number))
            : step.Craft(new Fgsm(new Fgsm.Options { Step = step.Scaled(options.Step), Start = StartKind.Uniform }));
        return step.CrossEntropyAt(crafted);
    }

    private Tensor Search(StepContext step, MeteredClassifier model, Rng rng, uint number)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var clean = step.Batch.Inputs;
        var epsilon = (float)step.Threat.Epsilon.Value;
        var noise = empty(clean.shape, dtype: ScalarType.Float32);
        rng.FillUniform(Tensors.Floats(noise), step.Batch.Indices, 0, number, (-epsilon, epsilon));
        var x = noise.to(clean.device).add_(clean);
        var (_, _, gradient) = InputGradient.Compute(model, CrossEntropy.Instance, x, step.Batch.Labels);
        using var region = step.Threat.Around(clean);
        region.StepInPlace(x, gradient.nan_to_num_(0, 0, 0), step.Length(options.Step));
        return x.MoveToOuterDisposeScope();
    }
}
