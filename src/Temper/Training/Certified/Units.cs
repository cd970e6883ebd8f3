using Temper.Training.Certified.Fused;
using static TorchSharp.torch;

namespace Temper.Training.Certified;

/// <summary>What the regularisers ask of the units before each of L ReLUs, in float64 and with graphs to the weights; all of shape (L).</summary>
/// <param name="Radius">The mean radius.</param>
/// <param name="On">The sum of the middles of units that are always on.</param>
/// <param name="Off">That of units always off.</param>
/// <param name="OnSpread">The sum of squared distances from the mean of all middles, of units always on.</param>
/// <param name="OffSpread">That of units always off.</param>
/// <param name="AreBoth">Whether there are units always on and units always off.</param>
internal sealed record Units(Tensor Radius, Tensor On, Tensor Off, Tensor OnSpread, Tensor OffSpread, Tensor AreBoth)
{
    /// <summary>From what enters the ReLUs. All of them at once: so few numbers cost by the operation.</summary>
    /// <param name="before">At least one.</param>
    public static Units Of(IReadOnlyList<Enclosure> before)
    {
        var count = tensor(before.Select(z => (double)z.Middle.numel()).ToArray(), device: before[0].Middle.device);
        var sums = stack(before.Select(z => z.Sums ?? Sums(z)));
        // Sums too large to be numbers, all of that ReLU, are put aside here: behind a division their gradient is no number either.
        var s = where(sums.isfinite().all(1, keepdim: true), sums, zeros_like(sums)).unbind(1);
        var mean = s[0] / count;
        // What rounding leaves of a difference of nearly equal sums is no spread.
        Tensor Spread(int first) =>
            (s[first + 2] - (2 * mean * s[first + 1]) + (mean.square() * s[first].detach())).clamp_min(0);
        return new(s[1] / count, s[3], s[6], Spread(2), Spread(5), s[2].gt(0).logical_and(s[5].gt(0)));
    }

    /// <summary>The sums that <see cref="ReluRows"/> makes, by libtorch's operators.</summary>
    private static Tensor Sums(Enclosure z)
    {
        var middle = z.Middle.to(ScalarType.Float64);
        var square = middle.square();
        Tensor[] sides = [z.Lower.detach().gt(0), z.Upper.detach().lt(0)];
        Tensor[] values =
        [
            middle,
            z.Radius.to(ScalarType.Float64),
            .. sides.Select(side => side.to(ScalarType.Float64)).SelectMany(s => new[] { s, middle * s, square * s }),
        ];
        return stack(values.Select(v => v.sum()));
    }
}
