using System.Buffers;
using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>The geometry of L1: the values of the steepest slope move first.</summary>
internal sealed class L1Geometry : NormGeometry
{
    private L1Geometry() { }

    /// <summary>Gets the geometry.</summary>
    public static L1Geometry Instance { get; } = new();

    /// <inheritdoc/>
    public override double Length(ReadOnlySpan<double> move)
    {
        var sum = 0.0;
        foreach (var value in move)
        {
            sum += value;
        }
        return sum;
    }

    /// <inheritdoc/>
    public override Tensor DualLength(Tensor gradient) => gradient.abs().amax([1], keepdim: true);

    /// <inheritdoc/>
    public override void Reach(ReadOnlySpan<double> slopes, ReadOnlySpan<double> room, double gain, Span<double> move)
    {
        move.Clear();
        var places = ArrayPool<int>.Shared.Rent(slopes.Length);
        var count = 0;
        for (var i = 0; i < slopes.Length; i++)
        {
            if (slopes[i] > 0 && room[i] > 0)
            {
                places[count++] = i;
            }
        }
        Take(places.AsSpan(0, count), slopes, room, gain, move);
        ArrayPool<int>.Shared.Return(places);
    }

    /// <summary>Moves the steepest values to the end of their room, the last of them as far as is needed.</summary>
    /// <remarks>As in a search for a median the values are parted about one of them, and only the part where the gain ends is looked at again.</remarks>
    private static void Take(
        Span<int> places,
        ReadOnlySpan<double> slopes,
        ReadOnlySpan<double> room,
        double gain,
        Span<double> move
    )
    {
        var left = gain;
        while (places.Length > 0 && left > 0)
        {
            var pivot = slopes[places[places.Length / 2]];
            var (steeper, worth) = (0, 0.0);
            for (var i = 0; i < places.Length; i++)
            {
                if (slopes[places[i]] > pivot)
                {
                    worth += slopes[places[i]] * room[places[i]];
                    (places[i], places[steeper]) = (places[steeper], places[i]);
                    steeper++;
                }
            }
            if (worth >= left)
            {
                places = places[..steeper];
                continue;
            }
            foreach (var place in places[..steeper])
            {
                move[place] = room[place];
            }
            left -= worth;
            places = places[steeper..];
            // Those as steep as the pivot come next, in their order; they are worth the same per unit of length.
            var flatter = 0;
            for (var i = 0; i < places.Length; i++)
            {
                var place = places[i];
                if (slopes[place] < pivot)
                {
                    places[flatter++] = place;
                }
                else if (left > 0)
                {
                    move[place] = Math.Min(room[place], left / slopes[place]);
                    left -= slopes[place] * move[place];
                }
            }
            places = places[..flatter];
        }
    }
}
