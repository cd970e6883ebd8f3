using Temper.Attacks;
using Temper.Data;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training;

/// <summary>What an objective works with during one training step. All tensors are borrowed.</summary>
public sealed class StepContext
{
    private readonly MeteredClassifier _model;
    private readonly Rng _rng;
    private readonly uint _step;
    private readonly Mode _innerMode;

    internal StepContext(MeteredClassifier model, Batch batch, ThreatModel threat, Rng rng, uint step, Mode innerMode)
    {
        (_model, Batch, Threat, _rng, _step, _innerMode) = (model, batch, threat, rng, step, innerMode);
    }

    /// <summary>Gets the clean batch.</summary>
    public Batch Batch { get; }

    /// <summary>Gets the threat model at the budget of this step (warm-up included).</summary>
    public ThreatModel Threat { get; }

    /// <summary>Gets the examples of the batch the model got right, of those the outer loss was computed on.</summary>
    internal int Correct { get; private set; }

    /// <summary>Runs the inner maximisation in the recipe's inner mode.</summary>
    /// <param name="attack">The attack; its last iterate is taken.</param>
    /// <returns>Crafted inputs; the caller owns them.</returns>
    public Tensor Craft(Attack attack)
    {
        using var mode = _model.Enter(_innerMode);
        return attack.Perturb(_model, Batch, Threat, _rng, _step);
    }

    /// <summary>Runs another search for inputs in the recipe's inner mode, for methods that leave the ball.</summary>
    /// <param name="search">Gets the metered model, the stream and the step; returns inputs.</param>
    /// <returns>What the search returned.</returns>
    public Tensor Craft(Func<MeteredClassifier, Rng, uint, Tensor> search)
    {
        using var mode = _model.Enter(_innerMode);
        return search(_model, _rng, _step);
    }

    /// <summary>Mean cross-entropy of the model in train mode, with a graph to the weights.</summary>
    /// <param name="inputs">Inputs, borrowed.</param>
    /// <returns>A scalar; the caller owns it.</returns>
    public Tensor CrossEntropyAt(Tensor inputs)
    {
        using var scope = NewDisposeScope();
        var logits = _model.Logits(inputs);
        Correct += Batch.Count - Margin.CountWrong(logits, Batch.Labels);
        return nn.functional.cross_entropy(logits, Batch.Labels).MoveToOuterDisposeScope();
    }
}
