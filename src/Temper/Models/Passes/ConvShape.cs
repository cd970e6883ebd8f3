using Temper.Models.Graphs.Ops;

namespace Temper.Models.Passes;

/// <summary>What the speed of a convolution's input gradient depends on, the batch aside.</summary>
/// <param name="In">Channels of the input.</param>
/// <param name="Height">Height of the input.</param>
/// <param name="Width">Width of the input.</param>
/// <param name="Out">Channels of the result.</param>
/// <param name="Window">Kernel, stride and padding.</param>
public sealed record ConvShape(long In, long Height, long Width, long Out, Window Window)
{
    /// <summary>Gets the height of the result.</summary>
    public long OutHeight => Window.Over(Height, Width)!.Value.Height;

    /// <summary>Gets the width of the result.</summary>
    public long OutWidth => Window.Over(Height, Width)!.Value.Width;

    /// <summary>Gets the text form, such as <c>16x14x14-32 k4x4 s2x2 p1x1</c>: input, output channels, kernel, stride, padding.</summary>
    public string Text =>
        $"{In}x{Height}x{Width}-{Out} k{Window.KernelHeight}x{Window.KernelWidth} s{Window.StrideHeight}x{Window.StrideWidth} p{Window.Top}x{Window.Left}";

    /// <summary>Tells whether an algorithm can compute this shape; <see cref="ConvAlgorithm.Transposed"/> always can.</summary>
    /// <param name="algorithm">The algorithm.</param>
    public bool Fits(ConvAlgorithm algorithm) =>
        algorithm switch
        {
            ConvAlgorithm.Mirrored => Window is { StrideHeight: 1, StrideWidth: 1 }
                && Window.Top < Window.KernelHeight
                && Window.Left < Window.KernelWidth,
            ConvAlgorithm.SubPixel => Window.StrideHeight == Window.StrideWidth && Window.StrideHeight > 1,
            _ => true,
        };
}
