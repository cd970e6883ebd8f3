using static TorchSharp.torch;

namespace Temper.Certification;

/// <summary>Where the windows of rows of coefficients lie on an image: a unit of a convolution sees a window of its input alone.</summary>
/// <remarks>Coefficients outside the image are 0. Xu et al. 2020, Automatic perturbation analysis, call this the patches mode.</remarks>
internal sealed class WindowPlace
{
    private readonly long[] _image;
    private readonly Tensor _inside;
    private readonly Tensor _flat;

    /// <summary>Makes the places.</summary>
    /// <param name="image">Channels, height and width of the image.</param>
    /// <param name="top">The first row of each window, int64 (P); may lie outside.</param>
    /// <param name="left">The first column.</param>
    /// <param name="height">The height of all windows.</param>
    /// <param name="width">Their width.</param>
    public WindowPlace(long[] image, Tensor top, Tensor left, long height, long width)
    {
        (_image, Top, Left, Height, Width) = (image, top, left, height, width);
        var rows = top.view(-1, 1) + arange(height);
        var columns = left.view(-1, 1) + arange(width);
        _inside = Within(rows, image[1]).unsqueeze(2).logical_and(Within(columns, image[2]).unsqueeze(1)).unsqueeze(1);
        var cells = (rows.clamp(0, image[1] - 1) * image[2]).unsqueeze(2) + columns.clamp(0, image[2] - 1).unsqueeze(1);
        _flat = cells.unsqueeze(1) + (arange(image[0]) * (image[1] * image[2])).view(1, -1, 1, 1);
    }

    /// <summary>Gets the first rows.</summary>
    public Tensor Top { get; }

    /// <summary>Gets the first columns.</summary>
    public Tensor Left { get; }

    /// <summary>Gets the height.</summary>
    public long Height { get; }

    /// <summary>Gets the width.</summary>
    public long Width { get; }

    /// <summary>Coefficients with those outside the image set to 0.</summary>
    public Tensor Clear(Tensor values) => values * _inside;

    /// <summary>The numbers under each window.</summary>
    public Tensor Gather(Tensor numbers, Tensor owner)
    {
        if (numbers.dim() == 4 && numbers.shape[0] == 1 && numbers.shape[2] == 1 && numbers.shape[3] == 1)
        {
            return numbers;
        }
        var each = _image[0] * _image[1] * _image[2];
        var all = numbers.expand([numbers.shape[0], .. _image]).reshape(-1);
        var index = numbers.shape[0] == 1 ? _flat : _flat + (owner * each).view(-1, 1, 1, 1);
        return all.index_select(0, index.flatten()).view(_flat.shape);
    }

    /// <summary>Coefficients for the whole image.</summary>
    public Tensor Spread(Tensor values)
    {
        var rows = values.shape[0];
        return zeros([rows, _image[0] * _image[1] * _image[2]], values.dtype)
            .scatter_add(1, _flat.flatten(1), Clear(values).flatten(1))
            .view([rows, .. _image]);
    }

    /// <summary>The windows that hold both of two, and what each is padded by.</summary>
    /// <returns>No place where the windows do not lie to each other alike in all rows.</returns>
    public static (WindowPlace? Place, long[] First, long[] Second) Union(
        WindowPlace a,
        WindowPlace b,
        int first,
        int second
    )
    {
        var down = Offset(a.Top, b.Top);
        var right = Offset(a.Left, b.Left);
        if (down is not { } y || right is not { } x || first != a.Height || second != b.Height)
        {
            return (null, [], []);
        }
        // In the first window's coordinates.
        var (top, left) = (Math.Min(0, y), Math.Min(0, x));
        var (bottom, end) = (Math.Max(a.Height, y + b.Height), Math.Max(a.Width, x + b.Width));
        return (
            new(a._image, a.Top + top, a.Left + left, bottom - top, end - left),
            [-left, end - a.Width, -top, bottom - a.Height],
            [x - left, end - x - b.Width, y - top, bottom - y - b.Height]
        );
    }

    private static long? Offset(Tensor a, Tensor b)
    {
        if (a.shape[0] == 0)
        {
            return 0;
        }
        var apart = b - a;
        var first = apart[0].item<long>();
        return apart.eq(first).all().item<bool>() ? first : null;
    }

    private static Tensor Within(Tensor places, long side) => places.ge(0).logical_and(places.lt(side));
}
