using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>The legal points around one batch of clean inputs, prepared once for many steps.</summary>
public abstract class ThreatRegion : IDisposable
{
    /// <summary>Moves each input to the nearest legal point, in place, under float32 arithmetic.</summary>
    /// <param name="x">Candidates, shape (N, …), overwritten.</param>
    public abstract void ProjectInPlace(Tensor x);

    /// <summary>A steepest-ascent step and its projection, in place.</summary>
    /// <param name="x">Inputs, overwritten.</param>
    /// <param name="gradient">The gradient, used as scratch memory.</param>
    /// <param name="size">The length of the step.</param>
    public abstract void StepInPlace(Tensor x, Tensor gradient, double size);

    /// <summary>Removes what float32 rounding left outside, so that the point is legal in float64.</summary>
    /// <param name="x">Projected inputs, overwritten.</param>
    public abstract void TightenInPlace(Tensor x);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the tensors of the region.</summary>
    /// <param name="disposing">True when called from <see cref="Dispose()"/>.</param>
    protected abstract void Dispose(bool disposing);
}
