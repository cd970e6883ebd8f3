using Temper.Models.Passes;
using static TorchSharp.torch;

namespace Temper.Models.Graphs.Ops;

/// <summary>x Wᵀ + b; inputs: values (…, I), weight (O, I), bias (O) where there is one.</summary>
public sealed record Linear : GraphOp
{
    /// <inheritdoc/>
    public override string Name => "Linear";

    /// <inheritdoc/>
    public override long[] ShapeOf(IReadOnlyList<long[]> inputs) =>
        inputs is [[.. var before, var i], [var o, var k], ..]
        && i == k
        && before.Length > 0
        && (inputs.Count < 3 || (inputs[2] is [var b] && b == o))
            ? [.. before, o]
            : throw Unfit(inputs, "values (N, I), a weight (O, I) and a bias (O)");

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs, bool training) =>
        nn.functional.linear(inputs[0], inputs[1], inputs.Count > 2 ? inputs[2] : null);

    /// <inheritdoc/>
    internal override OpRecord Record(OpCall call)
    {
        var weight = call.Inputs[1];
        return call.WantsFirstOnly
            ? new(Apply(call.Inputs, call.Training), gradient => [gradient.matmul(weight), null, null])
            : base.Record(call);
    }
}
