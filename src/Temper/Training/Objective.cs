using Temper.Data;
using Temper.Models;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training;

/// <summary>An adversarial training method: how the inner maximisation is run and what the outer loss is.</summary>
/// <remarks>A method that remembers something from step to step is <see cref="ICarriesState"/> as well.</remarks>
public abstract class Objective
{
    /// <summary>Gets whether training is meant to withstand the threat; false for plain training.</summary>
    public virtual bool Adversarial => true;

    /// <summary>Gets what a step costs each example of its batch; null where the method does not say.</summary>
    public virtual StepPasses? Passes => null;

    /// <summary>Gets whether it trains under a union of norms, not only under one.</summary>
    public virtual bool TakesUnions => this is ITakesUnions;

    /// <summary>Gets what of <see cref="Passes"/> is left when the loss is computed again from inputs that were found already.</summary>
    public virtual StepPasses LossPasses => new(1, 1);

    /// <summary>Gets the names of the finished networks that it opens by <see cref="StepContext.Other"/>.</summary>
    /// <remarks>A training that is resumed goes on with the same files only.</remarks>
    public virtual IReadOnlyList<string> Others => [];

    /// <summary>Gets the steps made in a row on the same batch, at least 1; an epoch has so many times its batches.</summary>
    public virtual int Replays => 1;

    /// <summary>Gets what tells which examples provably keep their label under a threat, bool (N), the caller's; null where the method knows no bound.</summary>
    /// <remarks>The best weights are then chosen by what is proven on validation examples.</remarks>
    public virtual Func<IClassifier, Batch, ThreatModel, Tensor>? Proof => null;

    /// <summary>Prepares a network with initial weights, once before its training; not one that is begun from a model.</summary>
    /// <param name="module">The network.</param>
    /// <param name="rng">The stream of initial weights.</param>
    public virtual void Begin(nn.Module module, Rng rng) { }

    /// <summary>Computes the loss of one step; the trainer runs backward and the weight update.</summary>
    /// <param name="step">The batch, the threat at its current budget, the model in train mode.</param>
    /// <returns>A scalar with a graph to the weights; the caller owns it.</returns>
    public abstract Tensor Loss(StepContext step);
}
