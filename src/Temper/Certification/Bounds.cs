using static TorchSharp.torch;

namespace Temper.Certification;

/// <summary>What the numbers of a value lie between, for every example: two tensors (N, …) of float64.</summary>
internal sealed record Bounds(Tensor Lower, Tensor Upper)
{
    /// <summary>The midpoints.</summary>
    public Tensor Middle() => (Lower + Upper) / 2;

    /// <summary>Half the widths, rounded up so that midpoint ± radius covers both ends.</summary>
    public Tensor Radius()
    {
        using var middle = Middle();
        return maximum(Upper - middle, middle - Lower) * (1 + (4 * Rounding.Unit));
    }

    /// <summary>The largest magnitudes.</summary>
    public Tensor Size() => maximum(Lower.abs(), Upper.abs());

    /// <summary>What lies in both.</summary>
    /// <remarks>Where rounding makes the two miss each other, the first one is kept: it holds as well.</remarks>
    public Bounds With(Bounds other)
    {
        var (lower, upper) = (maximum(Lower, other.Lower), minimum(Upper, other.Upper));
        var missed = lower.gt(upper);
        return new(where(missed, Lower, lower), where(missed, Upper, upper));
    }

    /// <summary>The rows of some examples.</summary>
    public Bounds Rows(Tensor which) => new(Lower.index_select(0, which), Upper.index_select(0, which));

    /// <summary>The same numbers in another shape after the examples.</summary>
    public Bounds Shaped(long[] shape) => new(Lower.reshape([-1, .. shape]), Upper.reshape([-1, .. shape]));
}
