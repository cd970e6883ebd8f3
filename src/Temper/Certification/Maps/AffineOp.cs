using static TorchSharp.torch;

namespace Temper.Certification.Maps;

/// <summary>An operator of the form W x + c.</summary>
internal abstract class AffineOp : BoundOp
{
    /// <summary>Gets the largest number of terms in a sum of W x or of its transpose.</summary>
    public abstract long Terms { get; }

    /// <summary>Gets the multiply-adds that a number of the result takes; by default those of a window at most.</summary>
    public virtual long Cost => Math.Min(Terms, 25);

    /// <summary>Gets c, of shape (1, …), repeated where a side is 1; null for 0.</summary>
    public abstract Tensor? Constant { get; }

    /// <summary>|W| r for radii or magnitudes.</summary>
    /// <param name="inputs">Numbers from 0.</param>
    public abstract Tensor Spread(IReadOnlyList<Tensor> inputs);

    /// <summary>Functions of the result, as functions of each input: A W.</summary>
    /// <param name="rows">The functions.</param>
    public abstract IReadOnlyList<Coefficients> Back(Coefficients rows);

    /// <summary>The functions that are ± a number of the result, as functions of the input; null where there is no short way.</summary>
    /// <param name="index">The number of each row in the flattened result, int64 (P).</param>
    /// <param name="sign">1 or −1, float64 (P).</param>
    /// <param name="owner">The example of each row.</param>
    public virtual Coefficients? Begin(Tensor index, Tensor sign, Tensor owner) => null;

    /// <summary>Magnitudes that the terms of the result cannot exceed in sum: |W| |x| + |c|.</summary>
    public Tensor Magnitude(IReadOnlyList<Bounds> inputs)
    {
        var size = Spread([.. inputs.Select(b => b.Size())]);
        return Constant is { } c ? size + c.abs() : size;
    }

    /// <inheritdoc/>
    public override Bounds Interval(IReadOnlyList<Bounds> inputs)
    {
        using var scope = NewDisposeScope();
        var middle = Apply([.. inputs.Select(b => b.Middle())]);
        var radius = Spread([.. inputs.Select(b => b.Radius())]);
        // Midpoints and radii together are at most twice the magnitudes.
        var reach = radius + (Magnitude(inputs) * (3 * Rounding.Slack(Terms)));
        return new((middle - reach).MoveToOuterDisposeScope(), (middle + reach).MoveToOuterDisposeScope());
    }
}
