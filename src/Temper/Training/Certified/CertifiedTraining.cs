using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Temper.Data;
using Temper.Errors;
using Temper.Models;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training.Certified;

/// <summary>A training method whose loss is a bound of what any perturbation can do, for L∞ threats and networks that are graphs of known operators.</summary>
/// <remarks>
/// The scores in the bound are the worst ones: those of the other classes at their largest less that of the label, the last linear
/// layer joined with the difference. Which weights are best is told on validation examples by the bound of intervals.
/// </remarks>
/// <param name="options">What all such methods share.</param>
public abstract class CertifiedTraining(CertifiedTraining.Options options) : Objective
{
    /// <summary>What the options of methods with bounds share.</summary>
    public abstract record Options
    {
        /// <summary>Gets the budget of training as a multiple of the threat's.</summary>
        [Description(
            "budget of training as a multiple of the threat's; a little above 1 helps against the threat's own (Gowal et al. 2018: 0.33 for 0.3)"
        )]
        [Range(0.1, 10d)]
        public double Excess { get; init; } = 1;

        /// <summary>Gets the weight of the regularisers.</summary>
        [Description(
            "weight of the terms that keep bounds tight and ReLUs balanced while the budget grows (Shi et al. 2021); 0 for none"
        )]
        [Range(0d, 100d)]
        public double Regularise { get; init; } = 0.5;

        /// <summary>Gets whether the initial weights are those for intervals.</summary>
        [Description("begin with weights under which intervals neither grow nor shrink (Shi et al. 2021)")]
        public bool Initial { get; init; } = true;
    }

    /// <inheritdoc/>
    public override Func<IClassifier, Batch, ThreatModel, Tensor> Proof => Proven;

    /// <inheritdoc/>
    public override void Begin(nn.Module module, Rng rng)
    {
        if (options.Initial)
        {
            IntervalInitial.Draw(module, rng.Fork("intervals"));
        }
    }

    /// <summary>The boxes around inputs, inside the threat's own.</summary>
    /// <param name="threat">The threat, at the budget of the step.</param>
    /// <param name="centre">Inputs.</param>
    /// <param name="factor">What the budget is multiplied with.</param>
    /// <exception cref="ThreatException">The threat is another than <c>linf</c>.</exception>
    private protected static (Tensor Low, Tensor High) Box(ThreatModel threat, Tensor centre, double factor)
    {
        if (threat is not LinfThreat)
        {
            throw new ThreatException(
                $"threat {threat.Text}: training with bounds knows linf alone; train against it by another method, and certify."
            );
        }
        var budget = full_like(centre, factor * threat.Epsilon.Value);
        if (threat.Budgets is { } budgets)
        {
            budget *= budgets.For(centre);
        }
        return (
            (centre - budget).clamp_min(threat.Box.Low).minimum(centre),
            (centre + budget).clamp_max(threat.Box.High).maximum(centre)
        );
    }

    /// <summary>The pass of intervals over the boxes of a step; counted.</summary>
    private protected IntervalPass Pass(StepContext step)
    {
        var (low, high) = Box(step.Threat, step.Batch.Inputs, options.Excess);
        return Pass(step, low, high);
    }

    /// <summary>The pass of intervals over boxes; counted.</summary>
    private protected IntervalPass Pass(StepContext step, Tensor low, Tensor high)
    {
        Count(step, 3);
        return new(step.Module, step.Batch.Inputs, low, high, Regularises(step));
    }

    /// <summary>Counts passes forward over the batch, and those back that the trainer makes.</summary>
    private protected static void Count(StepContext step, long passes)
    {
        step.Meter.AddForwards(passes * step.Batch.Count);
        step.Backward(passes * step.Batch.Count);
    }

    /// <summary>The cross-entropy of worst scores, labels mixed as the recipe has it; the share that is proven counts as accuracy.</summary>
    /// <param name="step">The step.</param>
    /// <param name="bound">For labels (N), the largest differences from their scores (N, classes − 1), and the losses (N).</param>
    private protected static Tensor WorstCrossEntropy(
        StepContext step,
        Func<Tensor, (Tensor Largest, Tensor Losses)> bound
    )
    {
        var (largest, losses) = bound(step.Batch.Labels);
        step.Correct += (int)largest.lt(0).all(1).sum().item<long>();
        if (step.Batch.Mix is { } mix)
        {
            losses = (mix.Shares * losses) + ((1 - mix.Shares) * bound(mix.Labels).Losses);
        }
        return losses.mean();
    }

    /// <summary>The bound of intervals.</summary>
    private protected static (Tensor Largest, Tensor Losses) Interval(IntervalPass pass, Tensor labels)
    {
        var (middle, radius) = pass.Margins(labels);
        return (middle + radius, Losses(middle + radius));
    }

    /// <summary>The cross-entropies of differences from the label's score, whose own is 0.</summary>
    private protected static Tensor Losses(Tensor largest) =>
        cat([zeros_like(largest.narrow(1, 0, 1)), largest], 1).logsumexp(1);

    /// <summary>The regularisers, fading out as the budget grows; null where there is nothing to add.</summary>
    private protected Tensor? Regularisers(StepContext step, IntervalPass pass) =>
        Regularises(step) ? options.Regularise * (1 - step.Grown) * Certified.Regularisers.Of(pass) : null;

    private bool Regularises(StepContext step) => options.Regularise > 0 && step.Grown < 1;

    private static Tensor Proven(IClassifier model, Batch batch, ThreatModel threat)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var mode = model.Enter(Mode.Evaluate);
        var (low, high) = Box(threat, batch.Inputs, 1);
        var module =
            InnerModule.Of(model) ?? throw new InvalidOperationException("the model in training is not a module.");
        var (middle, radius) = new IntervalPass(module, batch.Inputs, low, high).Margins(batch.Labels);
        return (middle + radius).lt(0).all(1).MoveToOuterDisposeScope();
    }
}
