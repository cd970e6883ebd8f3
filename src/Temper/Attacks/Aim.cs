using Temper.Data;
using Temper.Losses;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>What is aimed at in one round on one batch. Whether a point has reached the goal is decided here and nowhere else.</summary>
internal sealed class Aim : IDisposable
{
    private readonly Goal _goal;
    private readonly Tensor _labels;
    private long[]? _own;
    private long[]? _aimedAt;

    private Aim(Goal goal, Tensor labels, Tensor? targets, int restart)
    {
        (_goal, _labels, Restart) = (goal, labels, restart);
        Targets = targets?.DetachFromDisposeScope();
    }

    /// <summary>Gets the classes aimed at, int64, shape (N); null where any wrong class will do.</summary>
    public Tensor? Targets { get; }

    /// <summary>Gets the restart of a search for these classes, from 0.</summary>
    public int Restart { get; }

    /// <summary>Gets whether any wrong class counts, whichever is aimed at.</summary>
    public bool TakesAny => IsAny(_goal);

    /// <summary>Finds the classes to aim at.</summary>
    /// <param name="goal">The goal.</param>
    /// <param name="batch">The examples, borrowed for the aim's life.</param>
    /// <param name="classes">The model's classes.</param>
    /// <param name="seed">The seed of the run: with it, an example's random target is the same to every attack.</param>
    /// <param name="round">The round, and the rounds spent on one class.</param>
    /// <param name="clean">Scores the clean inputs; asked only where the goal depends on it.</param>
    public static Aim Of(
        Goal goal,
        Batch batch,
        int classes,
        ulong seed,
        (int Number, int Restarts) round,
        Func<Tensor> clean
    )
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (place, restart) =
            goal.Kind == GoalKind.All
                ? (Math.Min(round.Number / round.Restarts, classes - 2), round.Number % round.Restarts)
                : (classes - 2, round.Number);
        var targets = goal.Kind switch
        {
            GoalKind.Untargeted => null,
            _ when batch.Count == 0 => empty_like(batch.Labels),
            GoalKind.Class => full_like(batch.Labels, goal.Class!.Value),
            GoalKind.Random => Draw(batch, classes, new Rng(seed).Fork("goal")),
            _ => TargetClasses.Of(clean(), batch.Labels, place),
        };
        return new(goal, batch.Labels, targets, restart);
    }

    /// <summary>The aim at classes found before.</summary>
    /// <param name="goal">The goal.</param>
    /// <param name="labels">The labels, borrowed for the aim's life.</param>
    /// <param name="targets">The classes; null where any wrong class will do.</param>
    public static Aim Given(Goal goal, Tensor labels, IReadOnlyList<long>? targets)
    {
        using var scope = NewDisposeScope();
        return new(goal, labels, targets is null ? null : tensor([.. targets], device: labels.device), 0);
    }

    /// <summary>The same aim for some rows of the batch, as a batch of their own.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="labels">Their labels, borrowed for the aim's life.</param>
    public Aim Select(int[] rows, Tensor labels)
    {
        using var scope = NewDisposeScope();
        return new(
            _goal,
            labels,
            Targets?.index_select(0, tensor(rows.Select(row => (long)row).ToArray(), device: labels.device)),
            Restart
        );
    }

    /// <summary>The classes aimed at; null where any wrong class will do.</summary>
    public long[]? TargetClassesOrNull() => Targets is null ? null : _aimedAt ??= Tensors.ToArray<long>(Targets);

    /// <summary>The loss whose ascent leads to the goal.</summary>
    /// <param name="loss">A loss whose ascent leads to any wrong class, or a targeted one.</param>
    /// <param name="classes">The model's classes; with too few of them another loss takes its place.</param>
    public AttackLoss Loss(AttackLoss loss, int classes)
    {
        if (Targets is null)
        {
            return loss.Fitting(classes);
        }
        var leading = loss.Counterpart.Toward(Targets).Fitting(classes);
        return TakesAny ? leading : new Against(leading, Targets);
    }

    /// <summary>Tells which points have reached the goal: a tie and a score that is not a number count for the adversary.</summary>
    /// <param name="logits">Scores, shape (N, classes).</param>
    /// <returns>Bool, shape (N); the caller owns it.</returns>
    public Tensor Reached(Tensor logits) => Reached(logits, _labels, Targets);

    /// <summary>The same for points of other rows.</summary>
    /// <param name="logits">Scores, shape (N, classes).</param>
    /// <param name="labels">The rows' labels.</param>
    /// <param name="targets">The classes aimed at for them.</param>
    public Tensor Reached(Tensor logits, Tensor labels, Tensor? targets)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return (
            targets is null || TakesAny
                ? Margin.Wrong(logits, labels)
                : Margin.Instance.PerExample(logits, targets).gt(0).logical_not()
        ).MoveToOuterDisposeScope();
    }

    /// <summary>Tells whether one point has reached the goal, by the same rule.</summary>
    /// <param name="scores">Its scores.</param>
    /// <param name="row">Its row.</param>
    public bool IsReached(ReadOnlySpan<float> scores, int row)
    {
        if (TargetClassesOrNull() is not { } targets || TakesAny)
        {
            return Margin.IsWrong(scores, (int)(_own ??= Tensors.ToArray<long>(_labels))[row]);
        }
        var (aimedAt, isAbove) = (scores[(int)targets[row]], false);
        foreach (var score in scores)
        {
            if (float.IsNaN(score))
            {
                return true;
            }
            isAbove |= score > aimedAt;
        }
        return !isAbove;
    }

    /// <summary>How far one point is from the goal: negative where it is not reached.</summary>
    /// <param name="scores">Its scores.</param>
    /// <param name="row">Its row.</param>
    public float MarginOf(ReadOnlySpan<float> scores, int row)
    {
        var toAny = Margin.Of(scores, (int)(_own ??= Tensors.ToArray<long>(_labels))[row]);
        if (TargetClassesOrNull() is not { } targets || (TakesAny && !(toAny < 0)))
        {
            return toAny;
        }
        return -Margin.Of(scores, (int)targets[row]);
    }

    /// <summary>How far points are from the goal: negative where it is not reached.</summary>
    /// <param name="logits">Scores, shape (N, classes).</param>
    /// <returns>Shape (N); the caller owns it.</returns>
    public Tensor Margins(Tensor logits) => Margins(logits, _labels, Targets);

    /// <summary>The same for points of other rows.</summary>
    /// <param name="logits">Scores, shape (N, classes).</param>
    /// <param name="labels">The rows' labels.</param>
    /// <param name="targets">The classes aimed at for them.</param>
    public Tensor Margins(Tensor logits, Tensor labels, Tensor? targets)
    {
        using var scope = NewDisposeScope();
        var toAny = Margin.Instance.PerExample(logits, labels);
        if (targets is null)
        {
            return toAny.MoveToOuterDisposeScope();
        }
        var toTarget = Margin.Instance.PerExample(logits, targets).neg_();
        return (TakesAny ? where(toAny.lt(0), toTarget, toAny) : toTarget).MoveToOuterDisposeScope();
    }

    /// <summary>The class that stands in the way of the one aimed at, as a column: the label, or the highest other score.</summary>
    /// <param name="logits">Scores, shape (N, classes).</param>
    /// <returns>Int64, shape (N, 1); the caller owns it.</returns>
    public Tensor Rivals(Tensor logits)
    {
        using var scope = NewDisposeScope();
        return (
            Targets is null || TakesAny ? _labels.unsqueeze(1) : Dlr.Runner(logits, Targets.unsqueeze(1))
        ).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => Targets?.Dispose();

    private static bool IsAny(Goal goal) => goal.Kind is GoalKind.Untargeted or GoalKind.All;

    private static Tensor Draw(Batch batch, int classes, Rng rng)
    {
        var draws = new float[batch.Count];
        rng.FillUniform(draws, batch.Indices, 0, 0);
        var targets = Tensors.ToArray<long>(batch.Labels);
        for (var i = 0; i < targets.Length; i++)
        {
            // A step of 1 to classes − 1 from the label, each as likely.
            targets[i] = (targets[i] + 1 + (int)((double)draws[i] * (classes - 1))) % classes;
        }
        return tensor(targets, device: batch.Labels.device);
    }
}
