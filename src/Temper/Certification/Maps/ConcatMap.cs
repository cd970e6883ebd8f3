using static TorchSharp.torch;

namespace Temper.Certification.Maps;

/// <summary>Several values side by side.</summary>
/// <param name="axis">The dimension, the examples' being 0.</param>
/// <param name="sides">How much of it each input takes.</param>
internal sealed class ConcatMap(long axis, IReadOnlyList<long> sides) : AffineOp
{
    /// <inheritdoc/>
    public override long Terms => 1;

    /// <inheritdoc/>
    public override Tensor? Constant => null;

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs) => cat([.. inputs], axis);

    /// <inheritdoc/>
    public override Tensor Spread(IReadOnlyList<Tensor> inputs) => Apply(inputs);

    /// <inheritdoc/>
    public override IReadOnlyList<Coefficients> Back(Coefficients rows)
    {
        var whole = rows.Whole();
        var from = 0L;
        var parts = new List<Coefficients>();
        foreach (var side in sides)
        {
            parts.Add(whole.With(whole.Values.narrow(axis, from, side)));
            from += side;
        }
        return parts;
    }
}
