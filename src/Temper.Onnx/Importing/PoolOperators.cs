using Temper.Models.Graphs.Ops;

namespace Temper.Onnx.Importing;

/// <summary>Operators that draw regions of an image together.</summary>
internal static class PoolOperators
{
    public static Value? MaxPool(ImportScope import, NodeReader node, Value?[] inputs)
    {
        // The order of storage concerns the second output only.
        node.Int("storage_order", 0);
        return Operators.Image(import, node, inputs) is { } image && Pool(node, image.Size) is var (window, extra)
            ? import.Add(node, new MaxPool(Grown(window, extra)), image.Value.Name)
            : null;
    }

    public static Value? AveragePool(ImportScope import, NodeReader node, Value?[] inputs)
    {
        var countsPadding = node.Int("count_include_pad", 0) != 0;
        if (Operators.Image(import, node, inputs) is not { } image || Pool(node, image.Size) is not var (window, extra))
        {
            return null;
        }
        if (!countsPadding || extra is (0, 0))
        {
            return import.Add(node, new AveragePool(Grown(window, extra), countsPadding), image.Value.Name);
        }
        // Padding counts, but not what a last window reaches beyond it: the padding becomes part of the image.
        var pad = new Pad(window.Top, window.Left, window.Bottom, window.Right);
        var bare = window with { Top = 0, Left = 0, Bottom = 0, Right = 0 };
        return import.Add(node, new AveragePool(Grown(bare, extra)), import.Add(node, pad, image.Value.Name).Name);
    }

    public static Value? GlobalAveragePool(ImportScope import, NodeReader node, Value?[] inputs) =>
        Operators.Image(import, node, inputs) is { } image
            ? import.Add(node, new GlobalAveragePool(), image.Value.Name)
            : null;

    /// <summary>The mean over height and width, as some programs write global average pooling.</summary>
    public static Value? ReduceMean(ImportScope import, NodeReader node, Value?[] inputs)
    {
        var keeps = node.Int("keepdims", 1) != 0;
        var axes = node.Opset < 18 ? node.Ints("axes") : Operators.WholesOf(inputs[1]);
        node.Int("noop_with_empty_axes", 0);
        if (Operators.Image(import, node, inputs) is not { } image)
        {
            return null;
        }
        if (axes is null || !axes.Select(a => node.Axis(a, 4)).Order().SequenceEqual([2L, 3L]))
        {
            return node.Cannot("axes other than height and width");
        }
        var mean = import.Add(node, new GlobalAveragePool(), image.Value.Name);
        return keeps ? mean : import.Add(node, new Flatten(), mean.Name);
    }

    /// <summary>The window as written, and the rows and columns a last window reaches beyond the padded image.</summary>
    private static (Window Window, (long Down, long Across) Extra)? Pool(NodeReader node, long[] image)
    {
        if (!node.Has("kernel_shape"))
        {
            throw node.Damaged("attribute 'kernel_shape' missing.");
        }
        var kernel = node.Ints("kernel_shape", [1, 1], 1);
        var dilation = node.Ints("dilations", [1, 1], 1);
        if (dilation is not [1, 1])
        {
            node.Cannot($"dilations ({dilation[0]}, {dilation[1]})");
            return null;
        }
        var w = node.Window(image, kernel, 1);
        if (Math.Max(w.Top, w.Bottom) >= kernel[0] || Math.Max(w.Left, w.Right) >= kernel[1])
        {
            throw node.Damaged($"attribute 'pads': expected less than the window of {kernel[0]} × {kernel[1]}.");
        }
        if (node.Int("ceil_mode", 0) == 0)
        {
            return (w, (0, 0));
        }
        return (
            w,
            (
                Beyond(image[0], w.KernelHeight, w.StrideHeight, w.Top, w.Bottom),
                Beyond(image[1], w.KernelWidth, w.StrideWidth, w.Left, w.Right)
            )
        );
    }

    /// <summary>How far a last, partial window reaches out; one that would begin beyond the image is none.</summary>
    private static long Beyond(long size, long kernel, long stride, long before, long after)
    {
        var room = size + before + after - kernel;
        if (room < 0)
        {
            return 0;
        }
        var steps = (room + stride - 1) / stride;
        if (steps * stride >= size + before)
        {
            steps--;
        }
        return Math.Max(0, (steps * stride) - room);
    }

    private static Window Grown(Window window, (long Down, long Across) extra) =>
        window with
        {
            Bottom = window.Bottom + extra.Down,
            Right = window.Right + extra.Across,
        };
}
