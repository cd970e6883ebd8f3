using static TorchSharp.torch;

namespace Temper.Certification.Maps;

/// <summary>a + b, or a − b.</summary>
/// <param name="sign">1 or −1, before the second.</param>
internal sealed class SumMap(int sign) : AffineOp
{
    /// <inheritdoc/>
    public override long Terms => 2;

    /// <inheritdoc/>
    public override Tensor? Constant => null;

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs) => inputs[0].add(inputs[1], alpha: sign);

    /// <inheritdoc/>
    public override Tensor Spread(IReadOnlyList<Tensor> inputs) => inputs[0] + inputs[1];

    /// <inheritdoc/>
    public override IReadOnlyList<Coefficients> Back(Coefficients rows) =>
        [rows, sign > 0 ? rows : rows.With(-rows.Values)];
}
