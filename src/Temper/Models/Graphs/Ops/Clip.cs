using static TorchSharp.torch;

namespace Temper.Models.Graphs.Ops;

/// <summary>Each value moved into an interval.</summary>
/// <param name="Low">The interval's lower end.</param>
/// <param name="High">The interval's upper end.</param>
public sealed record Clip(double Low, double High) : GraphOp
{
    /// <inheritdoc/>
    public override string Name => "Clip";

    /// <inheritdoc/>
    public override long[] ShapeOf(IReadOnlyList<long[]> inputs) =>
        inputs is [var x] ? [.. x] : throw Unfit(inputs, "one input");

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs, bool training) => inputs[0].clamp(Low, High);
}
