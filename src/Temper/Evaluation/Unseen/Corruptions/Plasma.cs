using System.Numerics;

namespace Temper.Evaluation.Unseen.Corruptions;

/// <summary>Clouds by the diamond-square algorithm: a periodic height map with values from 0 to 1.</summary>
internal static class Plasma
{
    /// <summary>Draws a map.</summary>
    /// <param name="side">Its side; a power of two.</param>
    /// <param name="decay">How many times smaller the roughness becomes at each halving; the larger, the smoother.</param>
    /// <param name="draws">The noise.</param>
    public static float[] Map(int side, float decay, Draws draws)
    {
        var map = new float[side * side];
        // Centres, then the two kinds of edges, at each of log2(side) levels: side² − 1 numbers in all.
        var noise = draws.Uniform(side * side, -1, 1);
        var (used, amplitude) = (0, 1f);
        // Only ratios matter, since the map is normalised. Each level's amplitude falls by the square of the decay, as published.
        for (var step = side; step >= 2; step /= 2, amplitude /= decay * decay)
        {
            var half = step / 2;
            foreach (var (top, left) in ((int, int)[])[(half, half), (0, half), (half, 0)])
            {
                // Centres stand between four corners; edges between two corners and two centres.
                (int Y, int X)[] near =
                    (top, left) == (half, half)
                        ? [(-half, -half), (-half, half), (half, -half), (half, half)]
                        : [(-half, 0), (half, 0), (0, -half), (0, half)];
                for (var y = top; y < side; y += step)
                {
                    for (var x = left; x < side; x += step)
                    {
                        var sum = 0f;
                        foreach (var (dy, dx) in near)
                        {
                            sum += map[((y + dy) & (side - 1)) * side + ((x + dx) & (side - 1))];
                        }
                        map[(y * side) + x] = (sum / 4) + (amplitude * noise[used++]);
                    }
                }
            }
        }
        var low = map.Min();
        var range = map.Max() - low;
        return [.. map.Select(v => (v - low) / range)];
    }

    /// <summary>The side of a map that covers an image: a power of two, from 32.</summary>
    public static int Side(Picture image) =>
        (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(32, Math.Max(image.Height, image.Width)));
}
