using static TorchSharp.torch;

namespace Temper.Training.Certified;

/// <summary>What the regularisers ask of the units before a ReLU, in float64 and with graphs to the weights.</summary>
/// <param name="Radius">The mean radius.</param>
/// <param name="On">The sum of the middles of units that are always on.</param>
/// <param name="Off">That of units always off.</param>
/// <param name="OnSpread">The sum of squared distances from the mean of all middles, of units always on.</param>
/// <param name="OffSpread">That of units always off.</param>
/// <param name="AreOneSided">Whether no unit is always on, or none always off.</param>
internal sealed record Units(Tensor Radius, Tensor On, Tensor Off, Tensor OnSpread, Tensor OffSpread, bool AreOneSided)
{
    /// <summary>From the units.</summary>
    public static Units Of(Enclosure z)
    {
        var (lower, upper) = (z.Lower.detach(), z.Upper.detach());
        var (on, off) = (lower.gt(0).to(ScalarType.Float64), upper.lt(0).to(ScalarType.Float64));
        var middle = z.Middle.to(ScalarType.Float64);
        var spread = (middle - middle.mean()).square();
        return new(
            z.Radius.to(ScalarType.Float64).mean(),
            (middle * on).sum(),
            (middle * off).sum(),
            (spread * on).sum(),
            (spread * off).sum(),
            on.sum().item<double>() == 0 || off.sum().item<double>() == 0
        );
    }

    /// <summary>From sums over the units, as <see cref="Fused.ReluRows"/> has them.</summary>
    /// <param name="sums">The sums.</param>
    /// <param name="count">The number of units.</param>
    public static Units Of(Tensor sums, long count)
    {
        Tensor[] s = [.. sums.unbind()];
        var mean = s[0] / count;
        // What rounding leaves of a difference of nearly equal sums is no spread.
        Tensor Spread(int first) =>
            (s[first + 2] - (2 * mean * s[first + 1]) + (mean.square() * s[first].detach())).clamp_min(0);
        return new(
            s[1] / count,
            s[3],
            s[6],
            Spread(2),
            Spread(5),
            s[2].item<double>() == 0 || s[5].item<double>() == 0
        );
    }
}
