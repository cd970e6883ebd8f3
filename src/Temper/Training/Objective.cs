using static TorchSharp.torch;

namespace Temper.Training;

/// <summary>An adversarial training method: how the inner maximisation is run and what the outer loss is.</summary>
public abstract class Objective
{
    /// <summary>Gets whether training is meant to withstand the threat; false for plain training.</summary>
    public virtual bool Adversarial => true;

    /// <summary>Computes the loss of one step; the trainer runs backward and the weight update.</summary>
    /// <param name="step">The batch, the threat at its current budget, the model in train mode.</param>
    /// <returns>A scalar with a graph to the weights; the caller owns it.</returns>
    public abstract Tensor Loss(StepContext step);
}
