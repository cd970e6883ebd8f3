using static TorchSharp.torch;

namespace Temper.Models.Graphs.Ops;

/// <summary>x / (1 + e⁻ˣ), value by value.</summary>
public sealed record Silu : GraphOp
{
    /// <inheritdoc/>
    public override string Name => "Silu";

    /// <inheritdoc/>
    public override long[] ShapeOf(IReadOnlyList<long[]> inputs) =>
        inputs is [var x] ? [.. x] : throw Unfit(inputs, "one input");

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs, bool training) => nn.functional.silu(inputs[0]);
}
