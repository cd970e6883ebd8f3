using static TorchSharp.torch;

namespace Temper.Certification.Maps;

/// <summary>A linear operator with no short transpose of its own: the transpose is the way back of autograd.</summary>
/// <param name="forward">W x.</param>
/// <param name="spread">|W| r.</param>
/// <param name="input">The shape of the input after the examples.</param>
/// <param name="terms">The largest number of terms in a sum of W x or of its transpose.</param>
/// <param name="constant">What is added, (1, …), owned; null for 0.</param>
/// <param name="owned">What goes with the operator.</param>
internal sealed class TracedMap(
    Func<Tensor, Tensor> forward,
    Func<Tensor, Tensor> spread,
    long[] input,
    long terms,
    Tensor? constant,
    params IReadOnlyList<IDisposable> owned
) : AffineOp
{
    /// <inheritdoc/>
    public override long Terms => terms;

    /// <inheritdoc/>
    public override Tensor? Constant => constant;

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs) =>
        constant is null ? forward(inputs[0]) : forward(inputs[0]) + constant;

    /// <inheritdoc/>
    public override Tensor Spread(IReadOnlyList<Tensor> inputs) => spread(inputs[0]);

    /// <inheritdoc/>
    public override IReadOnlyList<Coefficients> Back(Coefficients rows)
    {
        var whole = rows.Whole();
        using var withGrad = enable_grad();
        var at = zeros([whole.Values.shape[0], .. input], whole.Values.dtype, requires_grad: true);
        var back = autograd.grad(
            [forward(at)],
            [at],
            [whole.Values],
            retain_graph: whole.Values.requires_grad,
            create_graph: whole.Values.requires_grad
        );
        return [whole.With(back[0])];
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        constant?.Dispose();
        foreach (var item in owned)
        {
            item.Dispose();
        }
    }
}
