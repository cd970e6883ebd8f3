using static TorchSharp.torch;

namespace Temper.Models.Passes;

/// <summary><see cref="ConvAlgorithm.Transposed"/>.</summary>
internal sealed class TransposedGradient(ConvShape shape, Tensor weight) : ConvBackward(shape, weight)
{
    private readonly long[] _stride = [shape.Window.StrideHeight, shape.Window.StrideWidth];
    private readonly long[] _padding = [shape.Window.Top, shape.Window.Left];

    // The rows and columns at the far end that no window reached.
    private readonly long[] _rest =
    [
        shape.Height
            + (2 * shape.Window.Top)
            - shape.Window.KernelHeight
            - ((shape.OutHeight - 1) * shape.Window.StrideHeight),
        shape.Width
            + (2 * shape.Window.Left)
            - shape.Window.KernelWidth
            - ((shape.OutWidth - 1) * shape.Window.StrideWidth),
    ];

    /// <inheritdoc/>
    public override Tensor Of(Tensor gradient) =>
        nn.functional.conv_transpose2d(gradient, Weight, null, _stride, _padding, _rest);
}
