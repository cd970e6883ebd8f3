using Temper.Models.Graphs.Ops;
using static TorchSharp.torch;

namespace Temper.Certification.Maps;

/// <summary>A convolution of one group.</summary>
internal sealed class ConvMap : AffineOp
{
    private readonly Conv _conv;
    private readonly Tensor _weight;
    private readonly Tensor? _bias;
    private readonly Tensor _sizes;
    private readonly Tensor _columns;
    private readonly Tensor? _constant;
    private readonly long[] _input;
    private readonly long[] _output;

    /// <summary>Makes the map.</summary>
    /// <param name="conv">The settings.</param>
    /// <param name="weight">(O, I, kH, kW), owned.</param>
    /// <param name="bias">(O), owned; null for none.</param>
    /// <param name="input">Channels, height and width of the input.</param>
    /// <param name="output">Those of the result.</param>
    public ConvMap(Conv conv, Tensor weight, Tensor? bias, long[] input, long[] output)
    {
        (_conv, _weight, _bias, _input, _output) = (conv, weight, bias, input, output);
        _sizes = weight.abs().DetachFromDisposeScope();
        _columns = weight.flatten(1).t().contiguous().DetachFromDisposeScope();
        _constant = bias?.view(1, -1, 1, 1).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public override long Terms => Math.Max(_weight.shape[0], _weight.shape[1]) * Area;

    /// <inheritdoc/>
    public override long Cost => _weight.shape[1] * Area;

    /// <inheritdoc/>
    public override Tensor? Constant => _constant;

    private bool IsPlain =>
        _conv.Window is { StrideHeight: 1, StrideWidth: 1 } window
        && window.Top == window.Bottom
        && window.Left == window.Right
        && _conv.Dilation == 1;

    private long Area => _conv.Window.KernelHeight * _conv.Window.KernelWidth;

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs) =>
        _conv.Apply(_bias is null ? [inputs[0], _weight] : [inputs[0], _weight, _bias], training: false);

    /// <inheritdoc/>
    public override Tensor Spread(IReadOnlyList<Tensor> inputs) => _conv.Apply([inputs[0], _sizes], training: false);

    /// <inheritdoc/>
    public override IReadOnlyList<Coefficients> Back(Coefficients rows)
    {
        var window = _conv.Window;
        if (rows.Place is { } place)
        {
            var (height, width) = (Side(place.Height, down: true), Side(place.Width, down: false));
            // Larger windows save less than their gathering costs.
            if (3 * height * width <= _input[1] * _input[2])
            {
                var next = new WindowPlace(
                    _input,
                    (place.Top * window.StrideHeight) - window.Top,
                    (place.Left * window.StrideWidth) - window.Left,
                    height,
                    width
                );
                return [new(next.Clear(Folded(rows.Values, height, width)), rows.Owner, rows.Only, next)];
            }
            rows = rows.Whole();
        }
        if (IsPlain && rows.Values.dtype == ScalarType.Float32)
        {
            // The library's own transpose is faster than the matrix product, in float32 and where it has no stride.
            return
            [
                rows.With(
                    nn.functional.conv_transpose2d(rows.Values, _weight, null, padding: [window.Top, window.Left])
                ),
            ];
        }
        var (tall, wide) = (_input[1] + window.Top + window.Bottom, _input[2] + window.Left + window.Right);
        var padded = Folded(rows.Values, tall, wide);
        return [rows.With(padded.narrow(2, window.Top, _input[1]).narrow(3, window.Left, _input[2]))];
    }

    /// <inheritdoc/>
    public override Coefficients? Begin(Tensor index, Tensor sign, Tensor owner)
    {
        if (_conv.Dilation != 1)
        {
            return null;
        }
        var window = _conv.Window;
        var channel = index.div(_output[1] * _output[2], RoundingMode.floor);
        var cell = index.remainder(_output[1] * _output[2]);
        var place = new WindowPlace(
            _input,
            (cell.div(_output[2], RoundingMode.floor) * window.StrideHeight) - window.Top,
            (cell.remainder(_output[2]) * window.StrideWidth) - window.Left,
            window.KernelHeight,
            window.KernelWidth
        );
        var values = _weight.index_select(0, channel) * sign.view(-1, 1, 1, 1);
        return new(place.Clear(values), owner, null, place);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        foreach (var tensor in (Tensor?[])[_weight, _bias, _sizes, _columns, _constant])
        {
            tensor?.Dispose();
        }
    }

    /// <summary>The transposed convolution without padding: one matrix product, whose windows are summed.</summary>
    private Tensor Folded(Tensor values, long height, long width)
    {
        var window = _conv.Window;
        return nn.functional.fold(
            matmul(_columns, values.flatten(2)),
            (height, width),
            (window.KernelHeight, window.KernelWidth),
            (_conv.Dilation, _conv.Dilation),
            (0, 0),
            (window.StrideHeight, window.StrideWidth)
        );
    }

    private long Side(long cells, bool down)
    {
        var (stride, kernel) = down
            ? (_conv.Window.StrideHeight, _conv.Window.KernelHeight)
            : (_conv.Window.StrideWidth, _conv.Window.KernelWidth);
        return ((cells - 1) * stride) + (_conv.Dilation * (kernel - 1)) + 1;
    }
}
