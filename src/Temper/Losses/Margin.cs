using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Losses;

/// <summary>The margin max_{k≠y} z_k − z_y: negative where the model is right, unaffected by the scores' scale.</summary>
/// <remarks>Carlini and Wagner 2017, section V, f₆ without the confidence term.</remarks>
public sealed class Margin : AttackLoss
{
    private Margin() { }

    /// <summary>Gets the loss.</summary>
    public static Margin Instance { get; } = new();

    /// <inheritdoc/>
    public override string Id => "margin";

    /// <inheritdoc/>
    public override int MinClasses => 2;

    /// <inheritdoc/>
    public override Tensor PerExample(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var column = labels.unsqueeze(1);
        var right = logits.gather(1, column).squeeze(1);
        var isRight = zeros_like(logits, dtype: ScalarType.Bool)
            .scatter_(1, column, ones_like(column, dtype: ScalarType.Bool));
        var wrong = logits.masked_fill(isRight, double.NegativeInfinity).amax([1]);
        return (wrong - right).MoveToOuterDisposeScope();
    }

    /// <summary>Tells which examples count as wrong: a tie for first place and a score that is not a number do.</summary>
    /// <param name="logits">Scores, shape (N, classes).</param>
    /// <param name="labels">Labels, int64, shape (N).</param>
    /// <returns>Bool, shape (N); the caller owns it.</returns>
    public static Tensor Wrong(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        // Not (margin < 0) rather than margin >= 0: a NaN is wrong.
        return Instance.PerExample(logits, labels).lt(0).logical_not().MoveToOuterDisposeScope();
    }

    /// <summary>The margin of one example.</summary>
    /// <param name="scores">Its scores.</param>
    /// <param name="label">Its label.</param>
    /// <returns>NaN where a score is not a number.</returns>
    internal static float Of(ReadOnlySpan<float> scores, int label)
    {
        var most = float.NegativeInfinity;
        for (var k = 0; k < scores.Length; k++)
        {
            if (k != label)
            {
                // MathF.Max hands a NaN on.
                most = MathF.Max(most, scores[k] - scores[label]);
            }
        }
        return most;
    }

    /// <summary>Tells whether one example counts as wrong, by the same rule.</summary>
    /// <param name="scores">Its scores.</param>
    /// <param name="label">Its label.</param>
    internal static bool IsWrong(ReadOnlySpan<float> scores, int label) => !(Of(scores, label) < 0);

    /// <summary>Counts the examples that are wrong.</summary>
    /// <param name="logits">Scores, shape (N, classes).</param>
    /// <param name="labels">Labels, int64, shape (N).</param>
    internal static int CountWrong(Tensor logits, Tensor labels)
    {
        var (scores, classes) = (Tensors.ToArray<float>(logits), Tensors.ToArray<long>(labels));
        var width = scores.Length / Math.Max(1, classes.Length);
        return classes.Where((label, row) => IsWrong(scores.AsSpan(row * width, width), (int)label)).Count();
    }

    /// <summary>The predicted class of each example; −1 where a score is not a number.</summary>
    /// <param name="logits">Scores, shape (N, classes).</param>
    public static int[] Predictions(Tensor logits)
    {
        using var scope = NewDisposeScope();
        var bad = logits.isnan().any(1);
        var best = logits.argmax(1).masked_fill(bad, -1).to(ScalarType.Int32);
        return Tensors.ToArray<int>(best);
    }
}
