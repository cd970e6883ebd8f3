using static TorchSharp.torch;

namespace Temper.Certification.Maps;

/// <summary>x Wᵀ + b on the last dimension.</summary>
/// <param name="weight">(O, I), owned.</param>
/// <param name="bias">(O), owned; null for none.</param>
internal sealed class MatrixMap(Tensor weight, Tensor? bias) : AffineOp
{
    private readonly Tensor _sizes = weight.abs().DetachFromDisposeScope();
    private readonly Tensor? _constant = bias?.unsqueeze(0).DetachFromDisposeScope();

    /// <inheritdoc/>
    public override long Terms => Math.Max(weight.shape[0], weight.shape[1]);

    /// <inheritdoc/>
    public override long Cost => weight.shape[1];

    /// <inheritdoc/>
    public override Tensor? Constant => _constant;

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs) => nn.functional.linear(inputs[0], weight, bias);

    /// <inheritdoc/>
    public override Tensor Spread(IReadOnlyList<Tensor> inputs) => nn.functional.linear(inputs[0], _sizes);

    /// <inheritdoc/>
    public override IReadOnlyList<Coefficients> Back(Coefficients rows) => [rows.With(rows.Values.matmul(weight))];

    /// <inheritdoc/>
    public override Coefficients Begin(Tensor index, Tensor sign, Tensor owner) =>
        new(weight.index_select(0, index) * sign.unsqueeze(1), owner);

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        weight.Dispose();
        bias?.Dispose();
        _sizes.Dispose();
        _constant?.Dispose();
    }
}
