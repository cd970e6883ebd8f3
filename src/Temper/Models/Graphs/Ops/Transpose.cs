using static TorchSharp.torch;

namespace Temper.Models.Graphs.Ops;

/// <summary>Dimensions in another order; the first one stays the batch.</summary>
/// <param name="Order">For each dimension of the result the dimension of the input; begins with 0.</param>
public sealed record Transpose(IReadOnlyList<long> Order) : GraphOp
{
    /// <inheritdoc/>
    public override string Name => "Transpose";

    /// <inheritdoc/>
    public override long[] ShapeOf(IReadOnlyList<long[]> inputs) =>
        inputs is [var x]
        && Order.Count == x.Length
        && Order is [0, ..]
        && Order.Order().SequenceEqual(Enumerable.Range(0, x.Length).Select(i => (long)i))
            ? [.. Order.Select(d => x[d])]
            : throw Unfit(inputs, $"{Order.Count} dimensions, the batch staying first in ({string.Join(", ", Order)})");

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs, bool training) => inputs[0].permute([.. Order]);

    /// <summary>Compares the orders.</summary>
    /// <param name="other">The other operator.</param>
    public bool Equals(Transpose? other) => other is not null && Order.SequenceEqual(other.Order);

    /// <inheritdoc/>
    public override int GetHashCode() => Order.Aggregate(17, HashCode.Combine);
}
