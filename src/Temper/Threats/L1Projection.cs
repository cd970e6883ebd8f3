namespace Temper.Threats;

/// <summary>The nearest point of an L1 ball cut off by a box, exact in float64 and rounded towards the centre.</summary>
/// <remarks>
/// Croce and Hein 2021, Mind the box, section 2.1. With s the sizes of the wanted changes and r the room to the face on that side,
/// the nearest point changes each value by min(r, max(0, s − λ)), for the λ ≥ 0 at which these sum to ε: the box does not merely
/// clip what a projection onto the ball gave, since a value at its face leaves more of the budget for the others.
/// </remarks>
/// <param name="epsilon">The budget.</param>
/// <param name="box">The box.</param>
internal sealed class L1Projection(double epsilon, PixelRange box)
{
    private const int MostRounds = 200;
    private readonly BoxFaces _faces = BoxFaces.Of(box);

    /// <summary>Projects a row.</summary>
    /// <param name="x">The candidate, overwritten.</param>
    /// <param name="centre">The clean input, inside the box.</param>
    public void Run(Span<float> x, ReadOnlySpan<float> centre)
    {
        for (var i = 0; i < x.Length; i++)
        {
            // A value that is not a number has no nearest one. The clean value is legal always.
            x[i] = float.IsNaN(x[i]) ? centre[i] : x[i];
        }
        if (ClippedLength(x, centre) <= epsilon)
        {
            for (var i = 0; i < x.Length; i++)
            {
                x[i] = Math.Min(Math.Max(x[i], _faces.Low), _faces.High);
            }
            return;
        }
        var threshold = Threshold(x, centre);
        for (var i = 0; i < x.Length; i++)
        {
            x[i] = Moved(centre[i], x[i], threshold);
        }
        MakeLegal(x, centre);
    }

    /// <summary>The L1 distance, by compensated summation (Neumaier 1974): it does not depend on how the values are grouped.</summary>
    public static double Length(ReadOnlySpan<float> x, ReadOnlySpan<float> centre)
    {
        var (sum, lost) = (0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            Add(ref sum, ref lost, Math.Abs((double)x[i] - centre[i]));
        }
        return sum + lost;
    }

    private static void Add(ref double sum, ref double lost, double term)
    {
        var next = sum + term;
        lost += sum >= term ? sum - next + term : term - next + sum;
        sum = next;
    }

    private double Room(float centre, double change) =>
        change > 0 ? (double)_faces.High - centre : (double)centre - _faces.Low;

    private double ClippedLength(ReadOnlySpan<float> x, ReadOnlySpan<float> centre)
    {
        var (sum, lost) = (0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            var change = (double)x[i] - centre[i];
            Add(ref sum, ref lost, Math.Min(Math.Abs(change), Room(centre[i], change)));
        }
        return sum + lost;
    }

    /// <summary>
    /// The λ. The sum falls piecewise linearly with it, so a Newton step ends exactly at the root once both lie on one piece; the
    /// bracket, halved where Newton gains less, makes sure that they do.
    /// </summary>
    private double Threshold(ReadOnlySpan<float> x, ReadOnlySpan<float> centre)
    {
        var (low, high) = (0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            high = Math.Max(high, Math.Abs((double)x[i] - centre[i]));
        }
        var (next, halve) = (low, false);
        for (var round = 0; round < MostRounds; round++)
        {
            var (newton, above) = Root(x, centre, next);
            var width = high - low;
            (low, high) = above ? (next, high) : (low, next);
            if (newton == next)
            {
                return next;
            }
            halve = !halve && high - low > width / 2;
            var middle = low + ((high - low) / 2);
            next = halve || !(newton > low && newton < high) ? middle : newton;
            if (!(next > low && next < high))
            {
                break;
            }
        }
        // Two neighbouring numbers: at the upper one the sum is within the budget.
        return high;
    }

    /// <summary>Where the piece that holds λ meets the budget, and whether the sum at λ is above it.</summary>
    private (double Root, bool Above) Root(ReadOnlySpan<float> x, ReadOnlySpan<float> centre, double threshold)
    {
        var (free, atFace, lost, count) = (0.0, 0.0, 0.0, 0);
        for (var i = 0; i < x.Length; i++)
        {
            var change = (double)x[i] - centre[i];
            var size = Math.Abs(change) - threshold;
            if (size <= 0)
            {
                continue;
            }
            var room = Room(centre[i], change);
            if (size >= room)
            {
                Add(ref atFace, ref lost, room);
            }
            else
            {
                free += size;
                count++;
            }
        }
        var surplus = atFace - epsilon + (lost + free);
        var root = count == 0 ? double.NaN : threshold + (surplus / count);
        return (root, surplus > 0);
    }

    private float Moved(float centre, float wanted, double threshold)
    {
        var change = (double)wanted - centre;
        var size = Math.Min(Math.Abs(change) - threshold, Room(centre, change));
        if (size <= 0)
        {
            return centre;
        }
        var moved = (float)(centre + (change > 0 ? size : -size));
        return Math.Abs((double)moved - centre) <= size ? moved : TowardCentre(moved, centre);
    }

    private static float TowardCentre(float value, float centre) =>
        value > centre ? MathF.BitDecrement(value) : MathF.BitIncrement(value);

    /// <summary>What rounding of the threshold left over is taken from the value that moved furthest, a float at a time.</summary>
    private void MakeLegal(Span<float> x, ReadOnlySpan<float> centre)
    {
        while (Length(x, centre) > epsilon)
        {
            var furthest = 0;
            for (var i = 1; i < x.Length; i++)
            {
                if (Math.Abs((double)x[i] - centre[i]) > Math.Abs((double)x[furthest] - centre[furthest]))
                {
                    furthest = i;
                }
            }
            x[furthest] = TowardCentre(x[furthest], centre[furthest]);
        }
    }
}
