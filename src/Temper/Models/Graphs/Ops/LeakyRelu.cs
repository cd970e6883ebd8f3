using static TorchSharp.torch;

namespace Temper.Models.Graphs.Ops;

/// <summary>x where it is positive, else a fraction of it, value by value.</summary>
/// <param name="Slope">The fraction.</param>
public sealed record LeakyRelu(double Slope = 0.01) : GraphOp
{
    /// <inheritdoc/>
    public override string Name => "LeakyRelu";

    /// <inheritdoc/>
    public override long[] ShapeOf(IReadOnlyList<long[]> inputs) =>
        inputs is [var x] ? [.. x] : throw Unfit(inputs, "one input");

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs, bool training) =>
        nn.functional.leaky_relu(inputs[0], Slope);
}
