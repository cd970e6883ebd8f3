using Temper.Losses;
using Temper.Models;
using Temper.Models.Passes;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training;

/// <summary>The inner search of methods that ascend a loss of their own: steepest-ascent steps, each projected; the last iterate is taken.</summary>
/// <param name="step">The training step.</param>
/// <param name="model">The metered model, in the mode of the search.</param>
internal sealed class Ascent(StepContext step, MeteredClassifier model)
{
    /// <summary>Normal noise around the clean inputs, not projected: where the divergence from the clean answer is ascended, its gradient is zero at the clean input.</summary>
    /// <param name="rng">The stream.</param>
    /// <param name="scale">The standard deviation, in input units.</param>
    /// <returns>Shape as the inputs; the caller owns it.</returns>
    public Tensor Nearby(Rng rng, double scale)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var clean = step.Batch.Inputs;
        var noise = empty(clean.shape, dtype: ScalarType.Float32);
        rng.FillNormal(Tensors.Floats(noise), step.Batch.Indices, 0, step.Number);
        var start = noise.to(clean.device).mul_(scale).add_(clean);
        step.Threat.Budgets?.Pin(start, clean);
        return start.MoveToOuterDisposeScope();
    }

    /// <summary>A uniform draw from the ball around each clean input, moved into the box.</summary>
    /// <param name="rng">The stream.</param>
    /// <returns>Shape as the inputs; the caller owns it.</returns>
    public Tensor Uniform(Rng rng) =>
        step.Threat.RandomStart(step.Batch.Inputs, step.Batch.Indices, rng, 0, step.Number);

    /// <summary>Random signs times a share of the budget, in the box; where the ball does not bound each value by itself, a uniform draw from it.</summary>
    /// <param name="rng">The stream.</param>
    /// <param name="share">The share of ε.</param>
    /// <returns>Shape as the inputs; the caller owns it.</returns>
    public Tensor Signs(Rng rng, double share)
    {
        if (!step.Threat.BoundsEachValue)
        {
            return Uniform(rng);
        }
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var clean = step.Batch.Inputs;
        var noise = empty(clean.shape, dtype: ScalarType.Float32);
        rng.FillUniform(Tensors.Floats(noise), step.Batch.Indices, 0, step.Number);
        var signs = where(noise.lt(0.5), -share * step.Threat.Epsilon.Value, share * step.Threat.Epsilon.Value)
            .to(ScalarType.Float32);
        if (step.Threat.Budgets is { } budgets)
        {
            signs = signs * budgets.For(signs);
        }
        return (signs.to(clean.device) + clean)
            .clamp_(step.Threat.Box.Low, step.Threat.Box.High)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Takes the steps; one forward and one gradient pass each.</summary>
    /// <param name="loss">The loss to ascend.</param>
    /// <param name="start">Where to begin, borrowed.</param>
    /// <param name="steps">The number of steps, at least 1.</param>
    /// <param name="size">The length of a step.</param>
    /// <returns>Legal points, shape as the inputs; the caller owns them.</returns>
    public Tensor Climb(AttackLoss loss, Tensor start, int steps, StepSize size)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var region = step.Threat.Around(step.Batch.Inputs);
        using var pass = GraphPass.Open(model, start.shape[0]);
        var x = start.detach().clone();
        for (var taken = 0; taken < steps; taken++)
        {
            using var inner = NewDisposeScope();
            var (_, _, gradient) = InputGradient.Compute(model, pass, loss, x, step.Batch.Labels);
            step.Threat.Budgets?.Silence(gradient);
            region.StepInPlace(x, gradient.nan_to_num_(0, 0, 0), step.Length(size));
        }
        return x.MoveToOuterDisposeScope();
    }
}
