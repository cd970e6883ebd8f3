using static TorchSharp.torch;

namespace Temper.Models.Graphs.Ops;

/// <summary>The hyperbolic tangent, value by value.</summary>
public sealed record Tanh : GraphOp
{
    /// <inheritdoc/>
    public override string Name => "Tanh";

    /// <inheritdoc/>
    public override long[] ShapeOf(IReadOnlyList<long[]> inputs) =>
        inputs is [var x] ? [.. x] : throw Unfit(inputs, "one input");

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs, bool training) => inputs[0].tanh();
}
