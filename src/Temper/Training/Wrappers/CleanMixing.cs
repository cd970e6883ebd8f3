using static TorchSharp.torch;

namespace Temper.Training.Wrappers;

/// <summary>Mixes the loss at clean inputs into that of any method.</summary>
/// <remarks>
/// Goodfellow et al. 2015, section 6: c · CE(f(x), y) + (1 − c) · the method's loss. In train mode x goes first. Cost per example: 1
/// (F+B) more.
/// </remarks>
/// <param name="inner">The method inside.</param>
/// <param name="share">The share c of the clean loss.</param>
public sealed class CleanMixing(Objective inner, double share) : ObjectiveWrapper(inner)
{
    /// <inheritdoc/>
    public override StepPasses? Passes => Inner.Passes is { } passes ? OneMore(passes) : null;

    /// <inheritdoc/>
    public override StepPasses LossPasses => OneMore(Inner.LossPasses);

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        using var clean = Clean(step);
        // In no scope of ours: a method may need what it made until the weights have moved.
        using var method = Inner.Loss(step);
        using var scope = NewDisposeScope();
        return ((share * clean) + ((1 - share) * method)).MoveToOuterDisposeScope();
    }

    private static Tensor Clean(StepContext step)
    {
        using var scope = NewDisposeScope();
        return step.CrossEntropy(step.Logits(step.Batch.Inputs)).MoveToOuterDisposeScope();
    }

    private static StepPasses OneMore(StepPasses passes) =>
        passes with
        {
            Forwards = passes.Forwards + 1,
            Gradients = passes.Gradients + 1,
        };
}
