using Temper.Data;
using Temper.Losses;
using Temper.Models;
using Temper.Models.Passes;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>What an attack works with during one restart on one batch. All tensors are borrowed.</summary>
public sealed class AttackContext : IDisposable
{
    /// <summary>The rows the model is asked about at once, however many are wanted.</summary>
    private const int Piece = 32;

    private readonly Batch _batch;
    private readonly Rng _rng;
    private readonly uint _restart;
    private readonly uint _step;
    private readonly long[] _asked;
    private readonly GraphPass? _pass;
    private Rng? _queries;
    private long[]? _labels;

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
        _asked = new long[batch.Count];
        // The weights stand still as long as the attack runs.
        _pass = GraphPass.Open(model);
    }

    /// <summary>Gets the model; every query is counted.</summary>
    public MeteredClassifier Model { get; }

    /// <summary>Gets the clean inputs, shape (N, C, H, W).</summary>
    public Tensor Clean => _batch.Inputs;

    /// <summary>Gets the labels, int64, shape (N).</summary>
    public Tensor Labels => _batch.Labels;

    /// <summary>Gets the canonical index of each example; it keys all noise.</summary>
    public ReadOnlySpan<long> Examples => _batch.Indices;

    /// <summary>Gets the forward passes of each example that were asked for one by one, by <see cref="Margins"/>.</summary>
    internal IReadOnlyList<long> Asked => _asked;

    /// <summary>Gets the restart, from 0.</summary>
    internal int Restart => (int)_restart;

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
        InputGradient.Compute(Model, _pass, loss, x, Labels);

    /// <summary>Uniform draws in [0, 1) for some rows of the batch.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="count">Draws per row.</param>
    /// <param name="query">The query of the search; it keys the draws with the example, the restart and the training step.</param>
    /// <returns>Row-major, rows by draws.</returns>
    internal float[] Draws(int[] rows, int count, int query)
    {
        var draws = new float[rows.Length * count];
        // Evaluations have no training step, and one stream; each step of a training has its own.
        _queries ??= _step == 0 ? _rng.Fork("query") : _rng.Fork($"query/{_step}");
        _queries.FillUniform(draws, [.. rows.Select(row => _batch.Indices[row])], _restart, (uint)query);
        return draws;
    }

    /// <summary>The moves of a search over windows under this threat.</summary>
    internal WindowMoves WindowMoves()
    {
        var shape = Model.Input;
        return Threat.Windows(shape.Channels, shape.Height, shape.Width);
    }

    /// <summary>Margins at points of some rows, one forward pass for each of them and for no other.</summary>
    /// <param name="points">Row-major, rows by values.</param>
    /// <param name="rows">The rows of the batch that the points belong to.</param>
    /// <returns>Largest wrong score minus the right one, per row; NaN where a score is not a number.</returns>
    /// <remarks>The model is asked in pieces of one size, the last filled up, so that an example's scores do not depend on how many others still stand.</remarks>
    internal float[] Margins(float[] points, int[] rows)
    {
        var width = points.Length / rows.Length;
        var margins = new float[rows.Length];
        var labels = _labels ??= Tensors.ToArray<long>(Labels);
        var filled = new float[Piece * width];
        var theirs = new long[Piece];
        long[] shape = [Piece, .. Clean.shape[1..]];
        for (var at = 0; at < rows.Length; at += Piece)
        {
            var count = Math.Min(Piece, rows.Length - at);
            for (var i = 0; i < Piece; i++)
            {
                var row = at + Math.Min(i, count - 1);
                points.AsSpan(row * width, width).CopyTo(filled.AsSpan(i * width));
                theirs[i] = labels[rows[row]];
            }
            using var scope = NewDisposeScope();
            var asked = tensor(filled, shape, device: Clean.device);
            var scores = _pass?.Scores(asked) ?? Model.Inner.Logits(asked);
            var margin = Margin.Instance.PerExample(scores, tensor(theirs, device: Clean.device));
            Tensors.ToArray<float>(margin).AsSpan(0, count).CopyTo(margins.AsSpan(at));
        }
        foreach (var row in rows)
        {
            _asked[row]++;
        }
        Model.Meter.AddForwards(rows.Length);
        return margins;
    }

    /// <inheritdoc/>
    public void Dispose() => _pass?.Dispose();
}
