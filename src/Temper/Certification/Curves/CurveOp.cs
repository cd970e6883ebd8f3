using static TorchSharp.torch;

namespace Temper.Certification.Curves;

/// <summary>A function of one number, applied to each.</summary>
internal abstract class CurveOp : BoundOp
{
    /// <summary>Gets the largest magnitude of a slope of its lines.</summary>
    public abstract double Steepest { get; }

    /// <summary>Which units gain by closer bounds of what comes in; bool.</summary>
    /// <param name="z">The bounds of what comes in.</param>
    public abstract Tensor Loose(Bounds z);

    /// <summary>Lines that hold between bounds, the ones to begin with.</summary>
    /// <param name="z">The bounds.</param>
    public abstract Lines Between(Bounds z);

    /// <summary>Lines that hold between bounds, with slopes of one's own, and where they touch the curve.</summary>
    /// <param name="z">The bounds.</param>
    /// <param name="standard">The lines of <see cref="Between"/>.</param>
    /// <param name="lower">The slopes of the lines below.</param>
    /// <param name="upper">The slopes of the lines above; null where there is no choice.</param>
    public abstract Lines Sloped(Bounds z, Lines standard, Tensor lower, Tensor? upper);

    /// <summary>Gets the slopes a line may have: from, to.</summary>
    public abstract (double From, double To) Range { get; }

    /// <summary>Gets whether the line above has a choice of slopes.</summary>
    public abstract bool HasUpperChoice { get; }
}
