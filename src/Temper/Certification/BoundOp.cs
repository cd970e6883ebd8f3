using static TorchSharp.torch;

namespace Temper.Certification;

/// <summary>An operator as bounds see it; it holds weights in float64.</summary>
internal abstract class BoundOp : IDisposable
{
    /// <summary>Computes the result at points, float64.</summary>
    /// <param name="inputs">The inputs (N, …).</param>
    public abstract Tensor Apply(IReadOnlyList<Tensor> inputs);

    /// <summary>Bounds of the result from bounds of the inputs, rounding covered.</summary>
    /// <param name="inputs">The bounds.</param>
    public abstract Bounds Interval(IReadOnlyList<Bounds> inputs);

    /// <inheritdoc/>
    public virtual void Dispose() { }
}
