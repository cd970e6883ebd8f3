using Temper.Attacks;
using Temper.Errors;
using Temper.Losses;
using Temper.Models;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training;

/// <summary>The inner search of methods for several norms: one attack, run under one member of the union at a time.</summary>
/// <remarks>
/// Its noise is that of the attack under the member alone, so that under a threat of one norm such a method is training on this attack.
/// Under L1 no step moves one value alone: those of <c>pgd</c> are shared by a hundredth of the values, those of <c>apgd</c> by as many as
/// the best point so far suggests (Croce and Hein 2021, Mind the box).
/// </remarks>
/// <param name="inner">The search.</param>
/// <param name="steps">Its gradient steps.</param>
/// <param name="size">The length of a step of <c>pgd</c>; <c>apgd</c> sets its own.</param>
internal sealed class MemberSearch(InnerSearch inner, int steps, StepSize size)
{
    private readonly Attack _attack =
        inner == InnerSearch.Apgd ? new Apgd(new() { Steps = steps }) : new Pgd(new() { Steps = steps, Step = size });

    /// <summary>Gets the forward passes per example.</summary>
    public int Forwards => steps + (inner == InnerSearch.Apgd ? 1 : 0);

    /// <summary>The members of a union; the threat itself where it is none.</summary>
    /// <param name="threat">The threat.</param>
    public static IReadOnlyList<ThreatModel> Of(ThreatModel threat) =>
        threat is UnionThreat union ? union.Members : [threat];

    /// <summary>Refuses one length for several norms.</summary>
    /// <param name="threat">The threat.</param>
    /// <param name="size">The length of a step.</param>
    /// <exception cref="ConfigException">The threat is a union, and the length absolute.</exception>
    public static void Check(ThreatModel threat, StepSize size)
    {
        if (threat is UnionThreat && !size.IsRelative)
        {
            throw new ConfigException(
                null,
                null,
                "training.objective.options.step",
                $"found {size}, expected a step relative to the budget, such as rel:0.25: one length means another thing in each norm of {threat.Text}."
            );
        }
    }

    /// <summary>Searches under a member, in the recipe's inner mode.</summary>
    /// <param name="step">The training step.</param>
    /// <param name="member">The member.</param>
    /// <returns>Crafted inputs; the caller owns them.</returns>
    public Tensor Under(StepContext step, ThreatModel member)
    {
        if (inner == InnerSearch.Pgd)
        {
            Check(step.Threat, size);
        }
        var attack =
            inner == InnerSearch.Pgd && step.StepFactor is not 1
                ? new Pgd(new() { Steps = steps, Step = Scaled(step, member, size) })
                : _attack;
        return step.Craft((model, rng, number) => attack.Perturb(model, step.Batch, member, rng, number));
    }

    /// <summary>An inner step under a member at this point of the training.</summary>
    /// <param name="step">The training step.</param>
    /// <param name="member">The member.</param>
    /// <param name="size">The step as the recipe has it.</param>
    public static StepSize Scaled(StepContext step, ThreatModel member, StepSize size) =>
        step.StepFactor is 1 ? size : StepSize.Absolute(step.StepFactor * size.For(member.Epsilon));

    /// <summary>The cross-entropy of each example at inputs, one forward pass.</summary>
    /// <param name="model">The metered model.</param>
    /// <param name="inputs">The inputs, borrowed.</param>
    /// <param name="labels">The labels, borrowed.</param>
    /// <returns>Shape (N); the caller owns it.</returns>
    public static Tensor Losses(MeteredClassifier model, Tensor inputs, Tensor labels)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return CrossEntropy.Instance.PerExample(model.Logits(inputs), labels).MoveToOuterDisposeScope();
    }
}
