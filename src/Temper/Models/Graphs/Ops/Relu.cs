using Temper.Models.Passes;
using static TorchSharp.torch;

namespace Temper.Models.Graphs.Ops;

/// <summary>max(x, 0), value by value.</summary>
public sealed record Relu : GraphOp
{
    /// <inheritdoc/>
    public override string Name => "Relu";

    /// <inheritdoc/>
    public override long[] ShapeOf(IReadOnlyList<long[]> inputs) =>
        inputs is [var x] ? [.. x] : throw Unfit(inputs, "one input");

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs, bool training) => inputs[0].relu();

    /// <inheritdoc/>
    internal override OpRecord Record(OpCall call)
    {
        var result = call.MayOverwrite ? call.Inputs[0].relu_().alias() : call.Inputs[0].relu();
        var kept = call.KeepsResult ? result.clone() : result.alias();
        return new(result, gradient => [ReluBackward.OverResult(gradient, kept)], kept);
    }
}
