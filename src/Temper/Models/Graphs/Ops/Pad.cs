using TorchSharp;
using static TorchSharp.torch;

namespace Temper.Models.Graphs.Ops;

/// <summary>A border of one value around an image (N, C, H, W).</summary>
/// <param name="Top">Rows added above.</param>
/// <param name="Left">Columns added on the left.</param>
/// <param name="Bottom">Rows added below.</param>
/// <param name="Right">Columns added on the right.</param>
/// <param name="Value">The value.</param>
public sealed record Pad(long Top, long Left, long Bottom, long Right, double Value = 0) : GraphOp
{
    /// <inheritdoc/>
    public override string Name => "Pad";

    /// <inheritdoc/>
    public override long[] ShapeOf(IReadOnlyList<long[]> inputs) =>
        inputs is [[var n, var c, var h, var w]] && h + Top + Bottom > 0 && w + Left + Right > 0
            ? [n, c, h + Top + Bottom, w + Left + Right]
            : throw Unfit(inputs, "an image (N, C, H, W) of which something is left");

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs, bool training) =>
        nn.functional.pad(inputs[0], [Left, Right, Top, Bottom], PaddingModes.Constant, Value);
}
