using static TorchSharp.torch;

namespace Temper.Certification.Maps;

/// <summary>Each number times a factor plus a shift: BatchNorm with standing statistics, and normalisation.</summary>
/// <param name="factor">The factors (1, …), repeated where a side is 1; owned.</param>
/// <param name="shift">The shifts, likewise; owned, null for 0.</param>
internal sealed class ScaleMap(Tensor factor, Tensor? shift) : AffineOp
{
    // The factors are computed themselves, by a few operations.
    /// <inheritdoc/>
    public override long Terms => 8;

    /// <inheritdoc/>
    public override Tensor? Constant => shift;

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs) =>
        shift is null ? inputs[0] * factor : (inputs[0] * factor) + shift;

    /// <inheritdoc/>
    public override Tensor Spread(IReadOnlyList<Tensor> inputs) => inputs[0] * factor.abs();

    /// <inheritdoc/>
    public override IReadOnlyList<Coefficients> Back(Coefficients rows) =>
        [rows.With(rows.Values * rows.Gather(factor))];

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        factor.Dispose();
        shift?.Dispose();
    }
}
