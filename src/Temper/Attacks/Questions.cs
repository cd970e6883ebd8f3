using Temper.Data;
using Temper.Models;
using Temper.Models.Passes;
using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>Asks a model about points of single rows of a batch, and counts for each row.</summary>
/// <remarks>The model is asked in pieces of one size, the last filled up, so that an example's scores do not depend on how many others still stand.</remarks>
/// <param name="model">The model; every query is counted.</param>
/// <param name="pass">The open pass through it; null for the model's own.</param>
/// <param name="batch">The examples, borrowed.</param>
/// <param name="asked">Counts the passes of each row.</param>
/// <param name="cancellation">Observed between pieces.</param>
internal sealed class Questions(
    MeteredClassifier model,
    GraphPass? pass,
    Batch batch,
    PassesPerRow asked,
    CancellationToken cancellation
) : IDisposable
{
    /// <summary>The points the model is asked about at once.</summary>
    public const int Piece = 64;

    private Tensor? _piece;

    /// <summary>What is made of the scores of one point.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="row">The row of the batch that the point belongs to.</param>
    public delegate T Answer<out T>(ReadOnlySpan<float> scores, int row);

    /// <summary>Asks.</summary>
    /// <param name="points">Row-major, rows by values.</param>
    /// <param name="rows">The rows of the batch that the points belong to; a row may have several.</param>
    /// <param name="answer">What is made of the scores.</param>
    public T[] Ask<T>(ReadOnlySpan<float> points, int[] rows, Answer<T> answer)
    {
        var answers = new T[rows.Length];
        var width = points.Length / Math.Max(1, rows.Length);
        _piece ??= zeros([Piece, .. batch.Inputs.shape[1..]]).DetachFromDisposeScope();
        var filled = Tensors.Floats(_piece);
        for (var at = 0; at < rows.Length; at += Piece)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = Math.Min(Piece, rows.Length - at);
            points.Slice(at * width, count * width).CopyTo(filled);
            var last = points.Slice((at + count - 1) * width, width);
            for (var i = count; i < Piece; i++)
            {
                last.CopyTo(filled[(i * width)..]);
            }
            using var scope = NewDisposeScope();
            var piece = _piece.to(batch.Inputs.device);
            var scores = Tensors.ToArray<float>(pass?.Scores(piece) ?? model.Inner.Logits(piece));
            var classes = scores.Length / Piece;
            for (var i = 0; i < count; i++)
            {
                answers[at + i] = answer(scores.AsSpan(i * classes, classes), rows[at + i]);
            }
        }
        asked.Count(rows, 0);
        return answers;
    }

    /// <inheritdoc/>
    public void Dispose() => _piece?.Dispose();
}
