using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Temper.Models.Passes;

/// <summary>Sums overlapping windows into images: what libtorch calls <c>fold</c> or <c>col2im</c>, at several times its speed.</summary>
internal static class WindowSum
{
    /// <summary>Computes images.</summary>
    /// <param name="windows">Shape (N, I, kH, kW, H′, W′), contiguous.</param>
    /// <param name="images">Shape (N, I, H, W), contiguous; overwritten.</param>
    /// <param name="shape">The convolution.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(ReadOnlySpan<float> windows, Span<float> images, ConvShape shape)
    {
        var window = shape.Window;
        var (height, width) = ((int)shape.Height, (int)shape.Width);
        var (down, across) = ((int)shape.OutHeight, (int)shape.OutWidth);
        var (stepDown, stepAcross) = ((int)window.StrideHeight, (int)window.StrideWidth);
        var (top, left) = ((int)window.Top, (int)window.Left);
        ref var cell = ref MemoryMarshal.GetReference(windows);
        images.Clear();
        for (var plane = 0; plane < images.Length; plane += height * width)
        {
            ref var image = ref images[plane];
            for (var row = 0; row < window.KernelHeight; row++)
            {
                // The windows whose cell lies inside the image, not in the padding.
                var (firstDown, lastDown) = Inside(top - row, stepDown, height, down);
                for (var column = 0; column < window.KernelWidth; column++)
                {
                    var (first, last) = Inside(left - column, stepAcross, width, across);
                    for (var y = firstDown; y <= lastDown; y++)
                    {
                        ref var from = ref Unsafe.Add(ref cell, (y * across) + first);
                        var at = (((y * stepDown) + row - top) * width) + (first * stepAcross) + column - left;
                        AddRow(ref from, ref Unsafe.Add(ref image, at), last - first + 1, stepAcross);
                    }
                    cell = ref Unsafe.Add(ref cell, down * across);
                }
            }
        }
    }

    /// <summary>The first and last window whose cell, <paramref name="lead"/> before the padding's end, falls into the image.</summary>
    private static (int First, int Last) Inside(int lead, int stride, int size, int windows) =>
        (lead <= 0 ? 0 : (lead + stride - 1) / stride, Math.Min(windows - 1, (size - 1 + lead) / stride));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(ref float from, ref float to, int count, int stride)
    {
        var i = 0;
        if (stride == 1)
        {
            for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
            {
                ref var place = ref Unsafe.Add(ref to, i);
                (Vector.LoadUnsafe(ref place) + Vector.LoadUnsafe(ref Unsafe.Add(ref from, i))).StoreUnsafe(ref place);
            }
        }
        for (; i < count; i++)
        {
            Unsafe.Add(ref to, i * stride) += Unsafe.Add(ref from, i);
        }
    }
}
