using Temper.Models.Passes;
using static TorchSharp.torch;

namespace Temper.Models.Graphs.Ops;

/// <summary>What comes in.</summary>
public sealed record Identity : GraphOp
{
    /// <inheritdoc/>
    public override string Name => "Identity";

    /// <inheritdoc/>
    public override long[] ShapeOf(IReadOnlyList<long[]> inputs) =>
        inputs is [var x] ? [.. x] : throw Unfit(inputs, "one input");

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs, bool training) => inputs[0].alias();

    /// <inheritdoc/>
    internal override OpRecord Record(OpCall call) => OpRecord.PassedOn(call.Inputs[0].alias());
}
