using static TorchSharp.torch;

namespace Temper.Models.Graphs.Ops;

/// <summary>The matrix product; inputs (…, I, K) and (K, J), the second stored.</summary>
public sealed record MatMul : GraphOp
{
    /// <inheritdoc/>
    public override string Name => "MatMul";

    /// <inheritdoc/>
    public override long[] ShapeOf(IReadOnlyList<long[]> inputs) =>
        inputs is [[_, .., var k] left, [var l, var j]] && k == l && left.Length >= 2
            ? [.. left[..^1], j]
            : throw Unfit(inputs, "values (N, K) and a stored matrix (K, J)");

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs, bool training) => inputs[0].matmul(inputs[1]);
}
