using Temper.Models.Graphs;
using static TorchSharp.torch;

namespace Temper.Models.Passes;

/// <summary>All dimensions after the first as one, channels last: (N, C, H, W) to (N, H · W · C). Only passes use it.</summary>
internal sealed record FlattenLast : GraphOp
{
    /// <inheritdoc/>
    public override string Name => "Flatten";

    /// <inheritdoc/>
    public override long[] ShapeOf(IReadOnlyList<long[]> inputs) =>
        inputs is [[var n, var c, var h, var w]] ? [n, c * h * w] : throw Unfit(inputs, "an image (N, C, H, W)");

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs, bool training)
    {
        using var scope = NewDisposeScope();
        return inputs[0].permute(0, 2, 3, 1).flatten(1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    internal override OpRecord Record(OpCall call)
    {
        var shape = call.Inputs[0].shape;
        return new(
            Apply(call.Inputs, call.Training),
            gradient => [gradient.reshape(shape[0], shape[2], shape[3], shape[1]).permute(0, 3, 1, 2)]
        )
        {
            Shares = true,
        };
    }
}
