namespace Temper.Models.Graphs.Ops;

/// <summary>The geometry of a window that slides over the height and width of an image.</summary>
/// <param name="KernelHeight">The window's height.</param>
/// <param name="KernelWidth">The window's width.</param>
/// <param name="StrideHeight">The step down.</param>
/// <param name="StrideWidth">The step to the right.</param>
/// <param name="Top">Rows added above.</param>
/// <param name="Left">Columns added on the left.</param>
/// <param name="Bottom">Rows added below.</param>
/// <param name="Right">Columns added on the right.</param>
public sealed record Window(
    long KernelHeight,
    long KernelWidth,
    long StrideHeight,
    long StrideWidth,
    long Top,
    long Left,
    long Bottom,
    long Right
)
{
    /// <summary>Gets whether as much is added on opposite sides.</summary>
    public bool IsSymmetric => Top == Bottom && Left == Right;

    /// <summary>A square window.</summary>
    /// <param name="kernel">Its side.</param>
    /// <param name="stride">The step in both directions.</param>
    /// <param name="pad">What is added on all four sides.</param>
    public static Window Square(long kernel, long stride, long pad) =>
        new(kernel, kernel, stride, stride, pad, pad, pad, pad);

    /// <summary>The height and width of what a window yields; null where it does not fit once.</summary>
    /// <param name="height">The image's height.</param>
    /// <param name="width">The image's width.</param>
    /// <param name="dilation">The distance between the window's cells.</param>
    public (long Height, long Width)? Over(long height, long width, long dilation = 1)
    {
        var down = height + Top + Bottom - (dilation * (KernelHeight - 1)) - 1;
        var across = width + Left + Right - (dilation * (KernelWidth - 1)) - 1;
        return down < 0 || across < 0 ? null : ((down / StrideHeight) + 1, (across / StrideWidth) + 1);
    }
}
