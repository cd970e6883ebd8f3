using static TorchSharp.torch;

namespace Temper.Models.Graphs.Ops;

/// <summary>Exponentials that sum to 1 along one dimension.</summary>
/// <param name="Axis">The dimension, from 1.</param>
public sealed record Softmax(long Axis = 1) : GraphOp
{
    /// <inheritdoc/>
    public override string Name => "Softmax";

    /// <inheritdoc/>
    public override long[] ShapeOf(IReadOnlyList<long[]> inputs) =>
        inputs is [var x] && Axis >= 1 && Axis < x.Length
            ? [.. x]
            : throw Unfit(inputs, $"more than {Axis} dimensions");

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs, bool training) => inputs[0].softmax(Axis);
}
