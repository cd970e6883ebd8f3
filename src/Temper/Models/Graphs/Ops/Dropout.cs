using Temper.Models.Passes;
using static TorchSharp.torch;

namespace Temper.Models.Graphs.Ops;

/// <summary>In training, values are zeroed at random and the rest scaled up; otherwise what comes in.</summary>
/// <remarks>Srivastava et al. 2014. The randomness is torch's own generator.</remarks>
/// <param name="Rate">The share of values zeroed.</param>
public sealed record Dropout(double Rate) : GraphOp
{
    /// <inheritdoc/>
    public override string Name => "Dropout";

    /// <inheritdoc/>
    public override long[] ShapeOf(IReadOnlyList<long[]> inputs) =>
        inputs is [var x] ? [.. x] : throw Unfit(inputs, "one input");

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs, bool training) =>
        training ? nn.functional.dropout(inputs[0], Rate, training: true) : inputs[0].alias();

    /// <inheritdoc/>
    internal override OpRecord Record(OpCall call) =>
        call.Training ? base.Record(call) : OpRecord.PassedOn(call.Inputs[0].alias());
}
