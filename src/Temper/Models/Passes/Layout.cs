using static TorchSharp.torch;

namespace Temper.Models.Passes;

/// <summary>The order in which images lie in memory; their shape is (N, C, H, W) in both.</summary>
internal static class Layout
{
    /// <summary>The same values with channels last; differentiable.</summary>
    /// <param name="image">Shape (N, C, H, W); borrowed.</param>
    /// <returns>A new handle, to the same memory where the values already lie so.</returns>
    public static Tensor ChannelsLast(Tensor image)
    {
        using var scope = NewDisposeScope();
        var (n, c, h, w) = (image.shape[0], image.shape[1], image.shape[2], image.shape[3]);
        if (c == 1)
        {
            // One channel lies both ways; only the strides tell libtorch which is meant.
            return image.reshape(n, h, w, 1).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
        }
        return image.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>Whether channels lie last.</summary>
    /// <param name="image">Shape (N, C, H, W).</param>
    public static bool IsChannelsLast(Tensor image) => image.dim() == 4 && image.stride(1) == 1;

    /// <summary>Two tensors of one shape as views whose memory runs alike, for work value by value.</summary>
    /// <param name="from">Read only; copied where it lies otherwise than <paramref name="to"/>.</param>
    /// <param name="to">Without gaps in memory, in either order.</param>
    /// <returns>Contiguous views; the second shares the memory of <paramref name="to"/>.</returns>
    public static (Tensor From, Tensor To) SideBySide(Tensor from, Tensor to) =>
        to.is_contiguous() ? (from.contiguous(), to) : (from.permute(0, 2, 3, 1).contiguous(), to.permute(0, 2, 3, 1));
}
