using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>Work on the rows of tensors, one per example, each by itself: what a row becomes depends on no other row.</summary>
internal static class Rows
{
    // Below so many values a second thread costs more than it brings.
    private const long Share = 1 << 13;

    /// <summary>Work on one row; it touches no tensor and no dispose scope.</summary>
    /// <param name="row">The number of the row.</param>
    /// <param name="x">The row of the overwritten tensor.</param>
    /// <param name="other">The same row of the tensor that is read.</param>
    public delegate void Work(int row, Span<float> x, ReadOnlySpan<float> other);

    /// <summary>Work on one row of three tensors; it touches no tensor and no dispose scope.</summary>
    /// <param name="row">The number of the row.</param>
    /// <param name="x">The row of the overwritten tensor.</param>
    /// <param name="first">The same row of the first tensor that is read.</param>
    /// <param name="second">The same row of the second.</param>
    public delegate void WideWork(int row, Span<float> x, ReadOnlySpan<float> first, ReadOnlySpan<float> second);

    /// <summary>Overwrites the rows of a tensor, whatever device and layout it has.</summary>
    /// <param name="x">Shape (N, …), float32.</param>
    /// <param name="other">The same shape, float32, borrowed.</param>
    /// <param name="work">The work.</param>
    public static void Overwrite(Tensor x, Tensor other, Work work)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var read = Readable(other);
        OnRows(x, (row, part, point) => work(row, point, Tensors.Floats(read)[part]));
    }

    /// <summary>Overwrites the rows of a tensor, reading two others.</summary>
    /// <param name="x">Shape (N, …), float32.</param>
    /// <param name="first">The same shape, float32, borrowed.</param>
    /// <param name="second">The same shape, float32, borrowed.</param>
    /// <param name="work">The work.</param>
    public static void Overwrite(Tensor x, Tensor first, Tensor second, WideWork work)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var (one, two) = (Readable(first), Readable(second));
        OnRows(x, (row, part, point) => work(row, point, Tensors.Floats(one)[part], Tensors.Floats(two)[part]));
    }

    private delegate void OneRow(int row, Range part, Span<float> point);

    private static Tensor Readable(Tensor tensor) => tensor.detach().cpu().contiguous();

    private static void OnRows(Tensor x, OneRow work)
    {
        var rows = x.shape[0];
        if (rows == 0)
        {
            return;
        }
        var inPlace = x.device_type == TorchSharp.DeviceType.CPU && x.is_contiguous();
        var target = inPlace ? x : x.cpu().contiguous();
        var width = (int)(x.numel() / rows);
        ThreadTeam.Run(
            x.numel() / Share,
            (member, members) =>
            {
                var written = Tensors.Floats(target);
                for (var row = (int)(rows * member / members); row < rows * (member + 1) / members; row++)
                {
                    var part = new Range(row * width, (row + 1) * width);
                    work(row, part, written[part]);
                }
            }
        );
        if (!inPlace)
        {
            x.copy_(target);
        }
    }
}
