using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Models;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>GradAlign: one gradient step, and gradients that point the same way throughout the ball, which keeps one step worth its name.</summary>
/// <remarks>
/// Andriushchenko and Flammarion 2020, eq. (4): CE(f(x′), y) + λ (1 − mean cos(∇ℓ(x), ∇ℓ(x + η))), η uniform in the ball; examples with
/// a zero gradient are left out of the mean. x′ is a step from x along the gradient at x, which is held fixed in the cosine, as in the
/// authors' code: the weights follow the gradient at x + η. All passes are in train mode: x, then x′, then x + η. Cost per example: 3 F
/// + 5 B, the pass back through the graph of a gradient counted as one more. λ of the paper: 0.2 at 8/255 on CIFAR-10, 0.063 at 4/255,
/// 2 at 16/255.
/// </remarks>
[Component(
    "grad-align",
    "One gradient step, with gradients aligned within the ball (GradAlign)",
    "Andriushchenko and Flammarion 2020, Understanding and improving fast adversarial training"
)]
[Guidance(
    "CE(f(x′), y) + λ · (1 − cos(∇CE(f(x), y), ∇CE(f(x + η), y))); x′ one step from x, η ~ U(−ε, ε); examples with a zero gradient are left out of the mean",
    "One-step training at an ε where fast overfits, when n-fgsm does not apply.",
    "Compute counts: a step costs twice that of n-fgsm. A fixed λ over budgets: it grows with ε (0.063 at 4/255, 0.2 at 8/255, 2 at 16/255 on CIFAR-10)."
)]
public sealed class GradientAlignment(GradientAlignment.Options options) : Objective
{
    /// <summary>Options of the method.</summary>
    public sealed record Options
    {
        /// <summary>Gets the weight of the misalignment.</summary>
        [Description("weight λ of the misalignment of gradients")]
        [Range(0d, 1000d)]
        public double Lambda { get; init; } = 0.2;

        /// <summary>Gets the length of the step.</summary>
        [Description("length of the step, absolute or relative to ε (rel:1)")]
        public StepSize Step { get; init; } = StepSize.Parse("rel:1");
    }

    /// <inheritdoc/>
    public override StepPasses? Passes => new(3, 5);

    /// <inheritdoc/>
    public override StepPasses LossPasses => new(2, 4);

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        using var scope = NewDisposeScope();
        var found = step.Craft(Mode.Train, (model, _, _) => Search(step, model));
        var (crafted, fixedGradient) = (found[0], found[1]);
        var entropy = step.CrossEntropyAt(crafted);
        var noisy = step.Craft(Mode.Train, (model, rng, _) => new Ascent(step, model).Uniform(rng.Fork("grad-align")));
        var leaf = noisy.requires_grad_();
        // As the gradient at x, of the label itself.
        var total = CrossEntropy.Instance.PerExample(step.Logits(leaf), step.Batch.Labels).sum();
        var gradient = step.InputGradient(total, leaf);
        return (entropy + (options.Lambda * Misalignment(fixedGradient, gradient))).MoveToOuterDisposeScope();
    }

    private static Tensor Misalignment(Tensor one, Tensor other)
    {
        var (left, right) = (one.flatten(1), other.flatten(1));
        var (leftSquare, rightSquare) = (left.square().sum(1), right.square().sum(1));
        // An example without a gradient has no direction, and a root of zero no slope.
        var counts = leftSquare.gt(0).logical_and(rightSquare.gt(0));
        var lengths = Length(leftSquare, counts) * Length(rightSquare, counts);
        var cosines = (left * right).sum(1) / lengths;
        var number = counts.sum().item<long>();
        return number == 0 ? zeros(1).sum() : 1 - (where(counts, cosines, zeros_like(cosines)).sum() / number);
    }

    private static Tensor Length(Tensor square, Tensor counts) => where(counts, square, ones_like(square)).sqrt();

    /// <summary>The stepped inputs, and the gradient at the clean ones, one behind the other.</summary>
    private Tensor Search(StepContext step, MeteredClassifier model)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (_, _, gradient) = InputGradient.Compute(
            model,
            CrossEntropy.Instance,
            step.Batch.Inputs,
            step.Batch.Labels
        );
        return stack([Stepped(step, gradient), gradient]).MoveToOuterDisposeScope();
    }

    private Tensor Stepped(StepContext step, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var region = step.Threat.Around(step.Batch.Inputs);
        var x = step.Batch.Inputs.clone();
        var direction = gradient.clone().nan_to_num_(0, 0, 0);
        step.Threat.Budgets?.Silence(direction);
        region.StepInPlace(x, direction, step.Length(options.Step));
        return x.MoveToOuterDisposeScope();
    }
}
