using Temper.Models.Passes;
using static TorchSharp.torch;

namespace Temper.Models.Graphs.Ops;

/// <summary>All dimensions after the first as one: (N, …) to (N, F).</summary>
public sealed record Flatten : GraphOp
{
    /// <inheritdoc/>
    public override string Name => "Flatten";

    /// <inheritdoc/>
    public override long[] ShapeOf(IReadOnlyList<long[]> inputs) =>
        inputs is [[var n, .. var rest]]
            ? [n, rest.Aggregate(1L, (a, b) => a * b)]
            : throw Unfit(inputs, "values (N, …)");

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs, bool training) => inputs[0].flatten(1);

    /// <inheritdoc/>
    internal override OpRecord Record(OpCall call)
    {
        var shape = call.Inputs[0].shape;
        var last = Layout.IsChannelsLast(call.Inputs[0]);
        return new(
            Apply(call.Inputs, call.Training),
            gradient =>
            {
                var image = gradient.reshape(shape);
                return [last ? Layout.ChannelsLast(image) : image];
            }
        )
        {
            Shares = true,
        };
    }
}
