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
    /// <returns>The functions of what enters them, and what they gain (N · K).</returns>
    public static (Tensor Rows, Tensor Gain) Of(Tensor middle, Tensor radius, Tensor rows)
    {
        var found = apply(middle, radius, rows);
        return (found[0], found[1]);
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
            (int)rows.shape[0],
            row =>
                Tensors.Floats(gain)[row] = KneeRows.Forward(
                    Rows.Of(m, row / each),
                    Rows.Of(r, row / each),
                    Rows.Of(rows, row),
                    Rows.Of(back, row)
                )
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
            example =>
            {
                for (var row = example * each; row < (example + 1) * each; row++)
                {
                    KneeRows.Backward(
                        Rows.Of(m, example),
                        Rows.Of(r, example),
                        Rows.Of(rows, row),
                        gain[row],
                        Rows.Of(back, row),
                        Rows.Of(toRows, row),
                        Rows.Of(toMiddle, example),
                        Rows.Of(toRadius, example)
                    );
                }
            }
        );
        return [toMiddle, toRadius, toRows];
    }
}
