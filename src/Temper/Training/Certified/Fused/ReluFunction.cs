using Temper.Models.Passes;
using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Training.Certified.Fused;

/// <summary>A ReLU on intervals as one operation with a gradient of its own; float32 on the CPU.</summary>
/// <remarks>Differentiable once: the gradient itself has no graph.</remarks>
internal sealed class ReluFunction : autograd.MultiTensorFunction<ReluFunction>
{
    /// <inheritdoc/>
    public override string Name => nameof(ReluFunction);

    /// <summary>Gets whether the operation takes such tensors.</summary>
    public static bool Takes(Tensor tensor) =>
        tensor.device_type == TorchSharp.DeviceType.CPU && tensor.dtype == ScalarType.Float32;

    /// <summary>Applies it.</summary>
    /// <param name="middle">Middles (N, …).</param>
    /// <param name="radius">Radii, of the same shape.</param>
    /// <param name="sums">Whether sums are wanted.</param>
    /// <returns>Middles and radii behind the ReLU, with channels last where the middles lie so, and <see cref="ReluRows.Sums"/> sums over what is before it, float64; null where not wanted.</returns>
    public static (Tensor Middle, Tensor Radius, Tensor? Sums) Of(Tensor middle, Tensor radius, bool sums)
    {
        var last = Layout.IsChannelsLast(middle);
        var found = apply(Rows.InMemory(middle, last), Rows.InMemory(radius, last), sums);
        return (Rows.Back(found[0], last), Rows.Back(found[1], last), found.ElementAtOrDefault(2));
    }

    /// <inheritdoc/>
    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (m, r) = (((Tensor)vars[0]).contiguous(), ((Tensor)vars[1]).contiguous());
        // Gradients that are not given stay so: to fill them in, TorchSharp asks for results that may be disposed.
        ctx.set_materialize_grads(false);
        ctx.save_for_backward([m, r]);
        var (middle, radius) = (empty_like(m), empty_like(r));
        var batch = (int)m.shape[0];
        // One row of sums for each example: nothing depends on the number of threads.
        var rows = (bool)vars[2] ? new double[batch * ReluRows.Sums] : [];
        Rows.Run(
            batch,
            (from, to) =>
            {
                var before = Rows.Of(m, from, to);
                var width = Rows.Of(r, from, to);
                var behind = Rows.Of(middle, from, to);
                var widthBehind = Rows.Of(radius, from, to);
                var length = before.Length / Math.Max(1, to - from);
                for (var (row, at) = (from, 0); row < to; row++, at += length)
                {
                    var m1 = before.Slice(at, length);
                    var r1 = width.Slice(at, length);
                    ReluRows.Forward(m1, r1, behind.Slice(at, length), widthBehind.Slice(at, length));
                    if (rows.Length > 0)
                    {
                        ReluRows.Add(m1, r1, rows.AsSpan(row * ReluRows.Sums, ReluRows.Sums));
                    }
                }
            }
        );
        if (rows.Length == 0)
        {
            return [middle, radius];
        }
        using var each = tensor(rows, [batch, ReluRows.Sums], ScalarType.Float64);
        return [middle, radius, each.sum([0L])];
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        var saved = ctx.get_saved_variables();
        var (m, r) = (saved[0], saved[1]);
        var (middle, radius) = (Rows.Whole(grad_outputs[0], m), Rows.Whole(grad_outputs[1], r));
        var sums =
            grad_outputs.Count > 2 && Rows.IsGiven(grad_outputs[2]) ? Tensors.ToArray<double>(grad_outputs[2]) : [];
        var (middleBefore, radiusBefore) = (empty_like(m), empty_like(r));
        Rows.Run(
            (int)m.shape[0],
            (from, to) =>
                ReluRows.Backward(
                    Rows.Of(m, from, to),
                    Rows.Of(r, from, to),
                    Rows.Of(middle, from, to),
                    Rows.Of(radius, from, to),
                    sums,
                    Rows.Of(middleBefore, from, to),
                    Rows.Of(radiusBefore, from, to)
                )
        );
        // The third is for what is no tensor.
        return [middleBefore, radiusBefore, null!];
    }
}
