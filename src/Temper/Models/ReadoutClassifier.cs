using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Models;

/// <summary>Two classes for each row of one batch by a linear reading of features, a reading of its own for each row; it borrows what it wraps.</summary>
/// <param name="features">Gives features in the place of scores, shape (N, D); not disposed with the wrapper.</param>
/// <param name="readouts">
/// For each row the centre and the weights, float64, shape (N, D), and the offset, shape (N): the second class scores
/// (features − centre) · weights + offset, the first one zero. Borrowed.
/// </param>
internal sealed class ReadoutClassifier(IClassifier features, (Tensor Centres, Tensor Weights, Tensor Offsets) readouts)
    : IClassifier
{
    internal IClassifier Inner => features;

    /// <inheritdoc/>
    public string Kind => features.Kind;

    /// <inheritdoc/>
    public int Classes => 2;

    /// <inheritdoc/>
    public InputShape Input => features.Input;

    /// <inheritdoc/>
    public PixelRange Range => features.Range;

    /// <inheritdoc/>
    public Access Access => features.Access;

    /// <inheritdoc/>
    public Device Device => features.Device;

    /// <inheritdoc/>
    /// <remarks>Rows are those of the batch, in its order; fewer are its first ones.</remarks>
    public Tensor Logits(Tensor x)
    {
        using var scope = NewDisposeScope();
        var rows = x.shape[0];
        // Differences of features may be far smaller than these.
        var centred = features.Logits(x).to(ScalarType.Float64) - readouts.Centres[..(int)rows];
        var scores = (centred * readouts.Weights[..(int)rows]).sum(1) + readouts.Offsets[..(int)rows];
        scores = scores.to(ScalarType.Float32);
        return stack([zeros_like(scores), scores], 1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public ModeScope Enter(Mode mode) => features.Enter(mode);

    /// <inheritdoc/>
    public void Dispose() { }
}
