using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>N-FGSM: strong uniform noise, then one sign step, clipped to the box and not to the ball.</summary>
/// <remarks>
/// de Jorge et al. 2022, algorithm 1. The perturbation may exceed ε in training only; projecting it "for correctness"
/// brings catastrophic overfitting back. L∞ only. Cost per example: 2 (F+B).
/// </remarks>
[Component(
    "n-fgsm",
    "Training on one sign step from strong noise, not projected",
    "de Jorge et al. 2022, Make some noise"
)]
[Guidance(
    "CE(f(x′), y); x′ = x + η + α · sign ∇CE(f(x + η), y), clipped to the box and not to the ball; η ~ U(−2ε, 2ε)",
    "The first choice for little compute: the price of fast, without its catastrophic overfitting up to larger ε.",
    "Other threats than linf without a mask, which are refused. Noise below the step, or a projection added: overfitting returns. The last points: pgd and trades go on gaining from more passes."
)]
public sealed class NFgsmTraining(NFgsmTraining.Options options) : Objective
{
    /// <summary>Options of the method.</summary>
    public sealed record Options
    {
        /// <summary>Gets the length of the step.</summary>
        [System.ComponentModel.Description("length of the step, absolute or relative to ε (rel:1)")]
        public StepSize Step { get; init; } = StepSize.Parse("rel:1");

        /// <summary>Gets the half-width of the noise in units of ε.</summary>
        [System.ComponentModel.Description("half-width of the uniform noise in units of ε")]
        [Range(0, 10)]
        public double Noise { get; init; } = 2;
    }

    /// <inheritdoc/>
    public override StepPasses? Passes => new(2, 2);

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        if (step.Threat is not LinfThreat { Budgets: null })
        {
            throw new Errors.ConfigException(
                null,
                null,
                "training.objective.id",
                $"n-fgsm is defined for linf without a mask, found threat {step.Threat.Text}; use pgd."
            );
        }
        using var crafted = step.Craft((model, rng, number) => Search(step, model, rng.Fork("n-fgsm"), number));
        return step.CrossEntropyAt(crafted);
    }

    private Tensor Search(StepContext step, MeteredClassifier model, Rng rng, uint number)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var clean = step.Batch.Inputs;
        var box = step.Threat.Box;
        var half = (float)(options.Noise * step.Threat.Epsilon.Value);
        var noise = empty(clean.shape, dtype: ScalarType.Float32);
        rng.FillUniform(Tensors.Floats(noise), step.Batch.Indices, 0, number, (-half, half));
        var x = noise.to(clean.device).add_(clean).clamp_(box.Low, box.High);
        var (_, _, gradient) = InputGradient.Compute(model, CrossEntropy.Instance, x, step.Batch.Labels);
        x.add_(gradient.nan_to_num_(0, 0, 0).sign_(), step.Length(options.Step));
        return x.clamp_(box.Low, box.High).MoveToOuterDisposeScope();
    }
}
