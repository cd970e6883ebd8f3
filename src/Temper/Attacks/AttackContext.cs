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
    internal const int Piece = Questions.Piece;

    private readonly Batch _batch;
    private readonly Aim _aim;
    private readonly Rng _rng;
    private readonly uint _restart;
    private readonly uint _step;
    private readonly Questions _questions;
    private readonly GraphPass? _pass;
    private readonly KeyedDraws _draws;
    private long[]? _labels;

    internal AttackContext(
        MeteredClassifier model,
        Batch batch,
        ThreatModel threat,
        ThreatRegion region,
        Rng rng,
        AttackEntry entry,
        Aim aim,
        CancellationToken cancellation
    )
    {
        (Model, _batch, Threat, Region, _rng, _aim) = (model, batch, threat, region, rng, aim);
        (_restart, _step, KeepBest) = (entry.Restart, entry.Step, entry.KeepBest);
        Cancellation = cancellation;
        // Evaluations have no training step, and one stream; each step of a training has its own.
        _draws = new(batch.Indices, _step == 0 ? rng.Fork("query") : rng.Fork($"query/{_step}"), _restart);
        Asked = new(batch.Count, model.Meter);
        // The weights stand still as long as the attack runs.
        _pass = GraphPass.Open(model, batch.Count);
        _questions = new(model, _pass, batch, Asked, cancellation);
    }

    /// <summary>Gets the model; every query is counted.</summary>
    public MeteredClassifier Model { get; }

    /// <summary>Gets the clean inputs, shape (N, C, H, W).</summary>
    public Tensor Clean => _batch.Inputs;

    /// <summary>Gets the labels, int64, shape (N).</summary>
    public Tensor Labels => _batch.Labels;

    /// <summary>Gets the classes the threat's goal aims at, int64, shape (N); null where any wrong class will do.</summary>
    public Tensor? Targets => _aim.Targets;

    /// <summary>Gets what decides whether a point has reached the goal; borrowed.</summary>
    internal Aim Aim => _aim;

    /// <summary>Gets the canonical index of each example; it keys all noise.</summary>
    public ReadOnlySpan<long> Examples => _batch.Indices;

    /// <summary>Gets the passes that were asked for example by example, by <see cref="Margins"/>, <see cref="Wrong"/> and the searches that count themselves.</summary>
    internal PassesPerRow Asked { get; }

    /// <summary>Gets the passes through another model; see <see cref="CraftOn"/>.</summary>
    internal QueryMeter Surrogate { get; } = new();

    /// <summary>Gets what is done otherwise than asked, a sentence each.</summary>
    internal List<string> Notices { get; } = [];

    /// <summary>Gets the restart, from 0; where the goal is each wrong class in turn, of the search for this one.</summary>
    internal int Restart => _aim.Restart;

    /// <summary>Gets the threat model.</summary>
    public ThreatModel Threat { get; }

    /// <summary>Gets the legal points around the clean inputs.</summary>
    public ThreatRegion Region { get; }

    /// <summary>Gets whether the best iterate is wanted; training takes the last and saves the pass that scores it.</summary>
    public bool KeepBest { get; }

    /// <summary>Gets the round: restarts, times target classes for an attack that aims at one class after the other.</summary>
    internal int Round => (int)_restart;

    /// <summary>Gets the token every long loop observes.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>A start of the given kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>Shape as <see cref="Clean"/>; the caller owns it.</returns>
    public Tensor Start(StartKind kind) =>
        kind == StartKind.Clean
            ? Clean.detach().clone()
            : Threat.RandomStart(Clean, _batch.Indices, _rng, _restart, _step);

    /// <summary>Scores, loss and input gradient at a point, zero for values that may not change; the caller owns the results.</summary>
    /// <param name="loss">
    /// The loss to ascend; where the model has too few classes for it, the one that takes its place; where a class is aimed at, its
    /// counterpart that leads there.
    /// </param>
    /// <param name="x">Inputs, borrowed.</param>
    public (Tensor Logits, Tensor Loss, Tensor Gradient) Gradient(AttackLoss loss, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(loss);
        var found = InputGradient.Compute(Model, _pass, Leading(loss), x, Labels);
        Threat.Budgets?.Silence(found.Gradient);
        return found;
    }

    /// <summary>The same as means over several passes, for models that answer differently each time.</summary>
    /// <param name="loss">The loss to ascend.</param>
    /// <param name="x">Inputs, borrowed.</param>
    /// <param name="samples">The passes, at least 1; each is counted.</param>
    /// <returns>Means of scores, losses and gradients; the caller owns them.</returns>
    /// <remarks>Athalye et al. 2018, Synthesizing robust adversarial examples: expectation over transformation.</remarks>
    public (Tensor Logits, Tensor Loss, Tensor Gradient) Gradient(AttackLoss loss, Tensor x, int samples)
    {
        var (logits, losses, gradient) = Gradient(loss, x);
        for (var sample = 1; sample < samples; sample++)
        {
            Cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var more = Gradient(loss, x);
            logits.add_(more.Logits);
            losses.add_(more.Loss);
            gradient.add_(more.Gradient);
        }
        return samples == 1
            ? (logits, losses, gradient)
            : (logits.div_(samples), losses.div_(samples), gradient.div_(samples));
    }

    /// <summary>Scores and loss at a point without a gradient, as means over several passes; the caller owns them.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="x">Inputs, borrowed.</param>
    /// <param name="samples">The passes, at least 1.</param>
    internal (Tensor Logits, Tensor Loss) Scores(AttackLoss loss, Tensor x, int samples)
    {
        using var scope = NewDisposeScope();
        var logits = Model.Logits(x);
        var leading = Leading(loss);
        var losses = leading.PerExample(logits, Labels);
        for (var sample = 1; sample < samples; sample++)
        {
            var more = Model.Logits(x);
            losses = losses + leading.PerExample(more, Labels);
            logits = logits + more;
        }
        return ((logits / samples).MoveToOuterDisposeScope(), (losses / samples).MoveToOuterDisposeScope());
    }

    /// <summary>Uniform draws in [0, 1) for some rows of the batch.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="count">Draws per row.</param>
    /// <param name="query">The query of the search; it keys the draws with the example, the restart and the training step.</param>
    /// <returns>Row-major, rows by draws.</returns>
    internal float[] Draws(int[] rows, int count, int query)
    {
        var draws = new float[rows.Length * count];
        Draws(rows, query, draws);
        return draws;
    }

    /// <summary>The same, into memory of the caller's.</summary>
    internal void Draws(int[] rows, int query, Memory<float> into) => _draws.Uniform(rows, query, into);

    /// <summary>Points of this batch that an attack crafts on another model.</summary>
    /// <param name="other">The other model, for inputs of the same shape and box.</param>
    /// <param name="attack">The attack.</param>
    /// <returns>The last iterates, shape as <see cref="Clean"/>; the caller owns it.</returns>
    /// <remarks>
    /// Crafted in pieces of one size, the last filled up, so that a point does not depend on what else is attacked.
    /// <see cref="Surrogate"/> counts the passes, as many for each row.
    /// </remarks>
    internal Tensor CraftOn(IClassifier other, Attack attack)
    {
        if (attack.Notice(other.Classes) is { } notice)
        {
            Notices.Add($"on the surrogate, {notice}");
        }
        using var mode = other.Enter(Mode.Evaluate);
        using var scope = NewDisposeScope();
        attack.Probe(other, _batch);
        var points = Clean.clone();
        var entry = new AttackEntry(_restart, _step, KeepBest: false);
        for (var at = 0; at < _batch.Count; at += Piece)
        {
            using var inner = NewDisposeScope();
            var count = Math.Min(Piece, _batch.Count - at);
            int[] rows = [.. Enumerable.Range(0, Piece).Select(i => at + Math.Min(i, count - 1))];
            var piece = _batch.Select(rows);
            using var aim = _aim.Select(rows, piece.Labels);
            var metered = new MeteredClassifier(other, new QueryMeter());
            var crafted = attack.Craft(metered, piece, Threat, _rng, entry, Cancellation, aim);
            points[at..(at + count)].copy_(crafted[..count]);
            Surrogate.AddForwards(metered.Meter.Forwards / Piece * count);
            Surrogate.AddGradients(metered.Meter.Gradients / Piece * count);
        }
        return points.MoveToOuterDisposeScope();
    }

    /// <summary>The moves of a search over windows under this threat.</summary>
    internal WindowMoves WindowMoves()
    {
        var shape = Model.Input;
        return Threat.Windows(shape.Channels, shape.Height, shape.Width);
    }

    /// <summary>Standard normal draws for some rows of the batch, keyed as <see cref="Draws(int[], int, int)"/>.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="count">Draws per row.</param>
    /// <param name="query">The query of the search.</param>
    /// <returns>Row-major, rows by draws.</returns>
    internal float[] Normals(int[] rows, int count, int query)
    {
        var draws = new float[rows.Length * count];
        Normals(rows, query, draws);
        return draws;
    }

    /// <summary>The same, into memory of the caller's.</summary>
    internal void Normals(int[] rows, int query, Memory<float> into) => _draws.Normal(rows, query, into);

    /// <summary>Points drawn uniformly from the balls around some rows, keyed as <see cref="Draws(int[], int, int)"/>.</summary>
    /// <param name="clean">The clean inputs of these rows, borrowed.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="query">The query of the search.</param>
    /// <returns>Shape as <paramref name="clean"/>; the caller owns it.</returns>
    internal Tensor Uniform(Tensor clean, int[] rows, int query) =>
        Threat.RandomStart(clean, [.. rows.Select(row => _batch.Indices[row])], _draws.Stream, _restart, (uint)query);

    /// <summary>The rows to work on: each example once, though a block is filled up by repeating its last.</summary>
    /// <returns>For every row, the first row that holds the same example.</returns>
    internal int[] FirstRows()
    {
        var clean = Tensors.ToArray<float>(Clean);
        var labels = _labels ??= Tensors.ToArray<long>(Labels);
        var firsts = new int[_batch.Count];
        var known = new Dictionary<long, int>();
        for (var row = 0; row < firsts.Length; row++)
        {
            firsts[row] = known.TryGetValue(_batch.Indices[row], out var first) && IsSame(first, row) ? first : row;
            known.TryAdd(_batch.Indices[row], row);
        }
        return firsts;

        // Callers may number examples as they like, so equal numbers alone prove nothing.
        bool IsSame(int a, int b)
        {
            var width = clean.Length / firsts.Length;
            return labels[a] == labels[b]
                && clean.AsSpan(a * width, width).SequenceEqual(clean.AsSpan(b * width, width));
        }
    }

    /// <summary>Margins at points of some rows, one forward pass for each of them and for no other.</summary>
    /// <param name="points">Row-major, rows by values.</param>
    /// <param name="rows">The rows of the batch that the points belong to; a row may have several.</param>
    /// <returns>
    /// Largest wrong score minus the right one, per point; where a class is aimed at, its score minus the largest other. NaN where a
    /// score is not a number, negative where the goal is not reached.
    /// </returns>
    /// <remarks>The model is asked in pieces of one size, the last filled up, so that an example's scores do not depend on how many others still stand.</remarks>
    internal float[] Margins(ReadOnlySpan<float> points, int[] rows) => _questions.Ask(points, rows, _aim.MarginOf);

    /// <summary>Tells of points of some rows whether they reach the goal: all that an adversary who sees labels only can ask.</summary>
    /// <param name="points">Row-major, rows by values.</param>
    /// <param name="rows">The rows of the batch that the points belong to; a row may have several.</param>
    /// <returns>Per point, whether it does; a tie and a score that is not a number are.</returns>
    /// <remarks>Asked and counted as <see cref="Margins"/>.</remarks>
    internal bool[] Wrong(ReadOnlySpan<float> points, int[] rows) => _questions.Ask(points, rows, _aim.IsReached);

    private AttackLoss Leading(AttackLoss loss) => _aim.Loss(loss, Model.Classes);

    /// <inheritdoc/>
    public void Dispose()
    {
        _pass?.Dispose();
        _questions.Dispose();
    }
}
