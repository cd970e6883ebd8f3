using Temper.Data;
using Temper.Models;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training.Wrappers;

/// <summary>A training method around another one: what composes with any method is written so, and the training loop sees one method.</summary>
/// <param name="inner">The method inside.</param>
public abstract class ObjectiveWrapper(Objective inner) : Objective, ICarriesState
{
    /// <inheritdoc/>
    public sealed override bool Adversarial => inner.Adversarial;

    /// <inheritdoc/>
    public override StepPasses? Passes => inner.Passes;

    /// <inheritdoc/>
    public override StepPasses LossPasses => inner.LossPasses;

    /// <inheritdoc/>
    public sealed override bool TakesUnions => inner.TakesUnions;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<string> Others => inner.Others;

    /// <inheritdoc/>
    public sealed override int Replays => inner.Replays;

    /// <inheritdoc/>
    public sealed override Func<IClassifier, Batch, ThreatModel, Tensor>? Proof => inner.Proof;

    /// <inheritdoc/>
    public IEnumerable<(string Name, Tensor Value)> State => Memory?.State ?? [];

    /// <summary>Gets the method inside.</summary>
    protected Objective Inner => inner;

    private ICarriesState? Memory => inner as ICarriesState;

    /// <inheritdoc/>
    public sealed override void Begin(nn.Module module, Rng rng) => inner.Begin(module, rng);

    /// <inheritdoc/>
    public void Forget() => Memory?.Forget();

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, Tensor> saved) => Memory?.Restore(saved);
}
