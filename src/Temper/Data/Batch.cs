using static TorchSharp.torch;

namespace Temper.Data;

/// <summary>Examples with their labels and canonical indices; disposing it frees the tensors.</summary>
/// <param name="Inputs">Inputs, shape (N, C, H, W), float32, in the box.</param>
/// <param name="Labels">Labels, int64, shape (N).</param>
/// <param name="Indices">The canonical index of each example: its place in the data set's file. It keys all noise.</param>
public sealed record Batch(Tensor Inputs, Tensor Labels, long[] Indices) : IDisposable
{
    /// <summary>Gets the second labels of examples that are mixed from two; null where none are. It is disposed with the batch.</summary>
    public LabelMix? Mix { get; init; }

    /// <summary>Gets the number of examples.</summary>
    public int Count => Indices.Length;

    /// <summary>Splits into inputs and labels.</summary>
    /// <param name="inputs">The inputs, borrowed.</param>
    /// <param name="labels">The labels, borrowed.</param>
    public void Deconstruct(out Tensor inputs, out Tensor labels) => (inputs, labels) = (Inputs, Labels);

    /// <summary>Takes some rows.</summary>
    /// <param name="rows">The rows, in the order wanted; a row may repeat.</param>
    /// <returns>A new batch; the caller disposes it.</returns>
    public Batch Select(IReadOnlyList<int> rows)
    {
        using var index = tensor(rows.Select(r => (long)r).ToArray(), device: Inputs.device);
        return new(Inputs.index_select(0, index), Labels.index_select(0, index), [.. rows.Select(r => Indices[r])])
        {
            Mix = Mix is { } mix ? new(mix.Labels.index_select(0, index), mix.Shares.index_select(0, index)) : null,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Inputs.Dispose();
        Labels.Dispose();
        Mix?.Labels.Dispose();
        Mix?.Shares.Dispose();
    }
}
