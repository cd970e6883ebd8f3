using static TorchSharp.torch;

namespace Temper.Training.Wrappers;

/// <summary>Spreads a share of every label over all classes in the cross-entropies that train the weights; inner searches keep the label.</summary>
/// <remarks>
/// Szegedy et al. 2016, section 7: probability 1 − s + s/C for the label, s/C for every other class. Free training moves its
/// perturbation by the pass that moves the weights, so by the smoothed loss.
/// </remarks>
/// <param name="inner">The method inside.</param>
/// <param name="share">The share s.</param>
public sealed class LabelSmoothing(Objective inner, double share) : ObjectiveWrapper(inner)
{
    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        step.Smoothing = share;
        return Inner.Loss(step);
    }
}
