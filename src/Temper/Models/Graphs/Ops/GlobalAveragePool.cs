using Temper.Models.Passes;
using static TorchSharp.torch;

namespace Temper.Models.Graphs.Ops;

/// <summary>The mean over height and width; input (N, C, H, W), result (N, C, 1, 1).</summary>
public sealed record GlobalAveragePool : GraphOp
{
    /// <inheritdoc/>
    public override string Name => "GlobalAveragePool";

    /// <inheritdoc/>
    public override long[] ShapeOf(IReadOnlyList<long[]> inputs) =>
        inputs is [[var n, var c, _, _]] ? [n, c, 1, 1] : throw Unfit(inputs, "an image (N, C, H, W)");

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs, bool training) => inputs[0].mean([2, 3], keepdim: true);

    /// <inheritdoc/>
    internal override OpRecord Record(OpCall call)
    {
        var shape = call.Inputs[0].shape;
        var result = Apply(call.Inputs, call.Training);
        return new(result, gradient => [(gradient / (shape[2] * shape[3])).expand(shape)]) { Shares = true };
    }
}
