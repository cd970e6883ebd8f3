using static TorchSharp.torch;

namespace Temper.Training.Wrappers;

/// <summary>Shortens the gradient of all weights together, where its L2 norm is above a limit.</summary>
/// <remarks>Pascanu et al. 2013, algorithm 1. The direction stays.</remarks>
/// <param name="inner">The method inside.</param>
/// <param name="limit">The largest norm.</param>
public sealed class GradientClipping(Objective inner, double limit) : ObjectiveWrapper(inner)
{
    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        step.BeforeMoving(() =>
        {
            using var scope = NewDisposeScope();
            nn.utils.clip_grad_norm_(step.Module.parameters().Where(p => p.grad is not null), limit);
        });
        return Inner.Loss(step);
    }
}
