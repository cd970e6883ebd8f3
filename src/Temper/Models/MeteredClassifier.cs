using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Models;

/// <summary>A classifier whose every query is counted; it borrows the classifier it wraps.</summary>
/// <param name="inner">The classifier; not disposed with the wrapper.</param>
/// <param name="meter">Where the queries are counted.</param>
public sealed class MeteredClassifier(IClassifier inner, QueryMeter meter) : IClassifier
{
    /// <summary>Gets where the queries are counted.</summary>
    public QueryMeter Meter => meter;

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
        meter.AddForwards(x.shape[0]);
        return inner.Logits(x);
    }

    /// <inheritdoc/>
    public ModeScope Enter(Mode mode) => inner.Enter(mode);

    /// <inheritdoc/>
    public void Dispose() { }
}
