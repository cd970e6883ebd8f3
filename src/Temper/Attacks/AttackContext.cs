using Temper.Data;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>What an attack works with during one restart on one batch. All tensors are borrowed.</summary>
public sealed class AttackContext
{
    private readonly Batch _batch;
    private readonly Rng _rng;
    private readonly uint _restart;
    private readonly uint _step;

    internal AttackContext(
        MeteredClassifier model,
        Batch batch,
        ThreatModel threat,
        ThreatRegion region,
        Rng rng,
        AttackEntry entry,
        CancellationToken cancellation
    )
    {
        (Model, _batch, Threat, Region, _rng) = (model, batch, threat, region, rng);
        (_restart, _step, KeepBest) = (entry.Restart, entry.Step, entry.KeepBest);
        Cancellation = cancellation;
    }

    /// <summary>Gets the model; every query is counted.</summary>
    public MeteredClassifier Model { get; }

    /// <summary>Gets the clean inputs, shape (N, C, H, W).</summary>
    public Tensor Clean => _batch.Inputs;

    /// <summary>Gets the labels, int64, shape (N).</summary>
    public Tensor Labels => _batch.Labels;

    /// <summary>Gets the threat model.</summary>
    public ThreatModel Threat { get; }

    /// <summary>Gets the legal points around the clean inputs.</summary>
    public ThreatRegion Region { get; }

    /// <summary>Gets whether the best iterate is wanted; training takes the last and saves the pass that scores it.</summary>
    public bool KeepBest { get; }

    /// <summary>Gets the token every long loop observes.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>A start of the given kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>Shape as <see cref="Clean"/>; the caller owns it.</returns>
    public Tensor Start(StartKind kind) =>
        kind == StartKind.Clean
            ? Clean.detach().clone()
            : Threat.RandomStart(Clean, _batch.Indices, _rng, _restart, _step);

    /// <summary>Scores, loss and input gradient at a point; the caller owns the results.</summary>
    /// <param name="loss">The loss to ascend.</param>
    /// <param name="x">Inputs, borrowed.</param>
    public (Tensor Logits, Tensor Loss, Tensor Gradient) Gradient(AttackLoss loss, Tensor x) =>
        InputGradient.Compute(Model, loss, x, Labels);
}
