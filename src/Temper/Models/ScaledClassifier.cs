using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Models;

/// <summary>A classifier whose scores are multiplied by a number; it borrows the classifier it wraps.</summary>
/// <param name="inner">The classifier; not disposed with the wrapper.</param>
/// <param name="factor">The number, above 0.</param>
internal sealed class ScaledClassifier(IClassifier inner, double factor) : IClassifier
{
    internal IClassifier Inner => inner;

    /// <inheritdoc/>
    public string Kind => inner.Kind;

    /// <inheritdoc/>
    public int Classes => inner.Classes;

    /// <inheritdoc/>
    public InputShape Input => inner.Input;

    /// <inheritdoc/>
    public PixelRange Range => inner.Range;

    /// <inheritdoc/>
    public Access Access => inner.Access;

    /// <inheritdoc/>
    public Device Device => inner.Device;

    /// <inheritdoc/>
    public Tensor Logits(Tensor x)
    {
        using var scores = inner.Logits(x);
        return scores * factor;
    }

    /// <inheritdoc/>
    public ModeScope Enter(Mode mode) => inner.Enter(mode);

    /// <inheritdoc/>
    public void Dispose() { }
}
