using static TorchSharp.torch;

namespace Temper.Models.Graphs.Ops;

/// <summary>1 / (1 + e⁻ˣ), value by value.</summary>
public sealed record Sigmoid : GraphOp
{
    /// <inheritdoc/>
    public override string Name => "Sigmoid";

    /// <inheritdoc/>
    public override long[] ShapeOf(IReadOnlyList<long[]> inputs) =>
        inputs is [var x] ? [.. x] : throw Unfit(inputs, "one input");

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs, bool training) => inputs[0].sigmoid();
}
