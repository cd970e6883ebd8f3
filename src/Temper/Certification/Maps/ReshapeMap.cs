using static TorchSharp.torch;

namespace Temper.Certification.Maps;

/// <summary>The same numbers in another shape.</summary>
/// <param name="input">The shape of the input after the examples.</param>
/// <param name="output">The shape of the result.</param>
internal sealed class ReshapeMap(long[] input, long[] output) : AffineOp
{
    /// <inheritdoc/>
    public override long Terms => 1;

    /// <inheritdoc/>
    public override Tensor? Constant => null;

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs) => inputs[0].reshape([-1, .. output]);

    /// <inheritdoc/>
    public override Tensor Spread(IReadOnlyList<Tensor> inputs) => Apply(inputs);

    /// <inheritdoc/>
    public override Bounds Interval(IReadOnlyList<Bounds> inputs) => inputs[0].Shaped(output);

    /// <inheritdoc/>
    public override IReadOnlyList<Coefficients> Back(Coefficients rows)
    {
        if (input.SequenceEqual(output))
        {
            return [rows];
        }
        var whole = rows.Whole();
        return [whole.With(whole.Values.reshape([-1, .. input]))];
    }
}
