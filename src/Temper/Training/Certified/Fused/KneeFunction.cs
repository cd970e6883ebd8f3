using Temper.Models.Passes;
using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Training.Certified.Fused;

/// <summary>Functions brought back through ReLUs as one operation with a gradient of its own; float32 on the CPU.</summary>
/// <remarks>Differentiable once: the gradient itself has no graph.</remarks>
internal sealed class KneeFunction : autograd.MultiTensorFunction<KneeFunction>
{
    /// <inheritdoc/>
    public override string Name => nameof(KneeFunction);

    /// <summary>Applies it.</summary>
    /// <param name="middle">Middles before the ReLUs (N, …).</param>
    /// <param name="radius">Radii, of the same shape.</param>
    /// <param name="rows">Functions of what leaves them (N · K, …): K of each example, one after the other.</param>
    /// <returns>The functions of what enters them, with channels last where the middles lie so, and what they gain (N · K).</returns>
    public static (Tensor Rows, Tensor Gain) Of(Tensor middle, Tensor radius, Tensor rows)
    {
        var last = Layout.IsChannelsLast(middle);
        var found = apply(Rows.InMemory(middle, last), Rows.InMemory(radius, last), Rows.InMemory(rows, last));
        return (Rows.Back(found[0], last), found[1]);
    }

    /// <inheritdoc/>
    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (m, r) = (((Tensor)vars[0]).contiguous(), ((Tensor)vars[1]).contiguous());
        var rows = ((Tensor)vars[2]).contiguous();
        // Gradients that are not given stay so: to fill them in, TorchSharp asks for results that may be disposed.
        ctx.set_materialize_grads(false);
        ctx.save_for_backward([m, r, rows]);
        var back = empty_like(rows);
        var gain = empty(rows.shape[0], ScalarType.Float32);
        var each = (int)(rows.shape[0] / m.shape[0]);
        Rows.Run(
            (int)m.shape[0],
            (from, to) =>
            {
                var before = Rows.Of(m, from, to);
                var width = Rows.Of(r, from, to);
                var functions = Rows.Of(rows, from * each, to * each);
                var found = Rows.Of(back, from * each, to * each);
                var gains = Rows.Of(gain, from * each, to * each);
                var length = before.Length / Math.Max(1, to - from);
                for (var k = 0; k < gains.Length; k++)
                {
                    var (example, row) = (k / each * length, k * length);
                    gains[k] = KneeRows.Forward(
                        before.Slice(example, length),
                        width.Slice(example, length),
                        functions.Slice(row, length),
                        found.Slice(row, length)
                    );
                }
            }
        );
        return [back, gain];
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        var saved = ctx.get_saved_variables();
        var (m, r, rows) = (saved[0], saved[1], saved[2]);
        var (back, toRows) = (Rows.Whole(grad_outputs[0], rows), empty_like(rows));
        var gain = Rows.IsGiven(grad_outputs[1]) ? Tensors.ToArray<float>(grad_outputs[1]) : new float[rows.shape[0]];
        var (toMiddle, toRadius) = (zeros_like(m), zeros_like(r));
        var each = (int)(rows.shape[0] / m.shape[0]);
        Rows.Run(
            (int)m.shape[0],
            (from, to) =>
            {
                var before = Rows.Of(m, from, to);
                var width = Rows.Of(r, from, to);
                var ofMiddle = Rows.Of(toMiddle, from, to);
                var ofRadius = Rows.Of(toRadius, from, to);
                var functions = Rows.Of(rows, from * each, to * each);
                var given = Rows.Of(back, from * each, to * each);
                var ofRows = Rows.Of(toRows, from * each, to * each);
                var length = before.Length / Math.Max(1, to - from);
                for (var k = 0; k < (to - from) * each; k++)
                {
                    var (example, row) = (k / each * length, k * length);
                    KneeRows.Backward(
                        before.Slice(example, length),
                        width.Slice(example, length),
                        functions.Slice(row, length),
                        gain[(from * each) + k],
                        given.Slice(row, length),
                        ofRows.Slice(row, length),
                        ofMiddle.Slice(example, length),
                        ofRadius.Slice(example, length)
                    );
                }
            }
        );
        return [toMiddle, toRadius, toRows];
    }
}
