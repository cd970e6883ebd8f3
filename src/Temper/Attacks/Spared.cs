using Temper.Data;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>Examples whose own class is the one aimed at: they are no targets, and no attack spends anything on them.</summary>
internal static class Spared
{
    /// <summary>The rows that are targets; null where all are.</summary>
    public static int[]? Others(Goal goal, Tensor labels)
    {
        if (goal.Class is null)
        {
            return null;
        }
        var own = Tensors.ToArray<long>(labels);
        int[] rows = [.. Enumerable.Range(0, own.Length).Where(row => !goal.Spares(own[row]))];
        return rows.Length == own.Length ? null : rows;
    }

    /// <summary>Crafts for the targets; the other rows come back clean.</summary>
    /// <returns>Shape as the inputs; the caller owns it.</returns>
    public static Tensor Craft(Batch batch, int[] rows, Func<Batch, Tensor> craft)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var targets = batch.Select(rows);
        return Widen(batch, rows, rows.Length == 0 ? targets.Inputs : craft(targets)).MoveToOuterDisposeScope();
    }

    /// <summary>Attacks the targets; the other rows come back clean, not broken, at the cost of the one pass that tells their class.</summary>
    public static AttackResult Run(IClassifier model, Batch batch, int[] rows, Func<Batch, AttackResult> run)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var targets = batch.Select(rows);
        using var found = run(targets);
        using var mode = model.Enter(Mode.Evaluate);
        int[] others = [.. Enumerable.Range(0, batch.Count).Except(rows)];
        using var spared = batch.Select(others);
        var n = batch.Count;
        var (broken, reached) = (new bool[n], new bool[n]);
        var (predictions, distances) = (new int[n], new double[n]);
        var (forwards, gradients, confidences) = (new long[n], new long[n], new double[n]);
        var classes = Tensors.ToArray<long>(batch.Labels);
        var logits = model.Logits(spared.Inputs);
        foreach (var (row, prediction, confidence) in others.Zip(Margin.Predictions(logits), Confidence.Of(logits)))
        {
            (predictions[row], forwards[row], confidences[row]) = (prediction, 1, confidence);
        }
        for (var i = 0; i < rows.Length; i++)
        {
            var row = rows[i];
            (broken[row], reached[row]) = (found.Broken[i], found.Reached[i]);
            (predictions[row], distances[row]) = (found.Predictions[i], found.Distances[i]);
            (forwards[row], gradients[row]) = (found.Forwards[i], found.Gradients[i]);
            (classes[row], confidences[row]) = (found.Targets![i], found.Confidences[i]);
        }
        var points = Widen(batch, rows, found.Inputs).MoveToOuterDisposeScope();
        return new(points, broken, predictions, distances, forwards, gradients)
        {
            Notices = found.Notices,
            Surrogate = found.Surrogate,
            Confidences = confidences,
            Reached = reached,
            Targets = classes,
        };
    }

    private static Tensor Widen(Batch batch, int[] rows, Tensor points)
    {
        var index = tensor(rows.Select(row => (long)row).ToArray(), device: batch.Inputs.device);
        return batch.Inputs.detach().clone().index_copy_(0, index, points);
    }
}
