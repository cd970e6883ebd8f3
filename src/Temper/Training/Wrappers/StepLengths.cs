using static TorchSharp.torch;

namespace Temper.Training.Wrappers;

/// <summary>Lengthens or shortens the steps of inner searches as training goes on.</summary>
/// <remarks>Methods without an option for the length of a step, and searches that set their own, such as APGD, go on as they are.</remarks>
/// <param name="inner">The method inside.</param>
/// <param name="factor">What the length is multiplied with, over the fraction of training done; above 0.</param>
public sealed class StepLengths(Objective inner, Schedule factor) : ObjectiveWrapper(inner)
{
    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        step.StepFactor = factor.At(step.Fraction);
        return Inner.Loss(step);
    }
}
