using Temper.Models;

namespace Temper.Attacks;

/// <summary>Finds a point the model gets wrong, however far, where a search along the boundary can begin.</summary>
/// <remarks>
/// Noise of single values alone is one class to many models, and its own examples would have no start: noise of whole patches,
/// light and dark ones, and plain surfaces are tried as well.
/// </remarks>
internal static class WrongStart
{
    private const int AtOnce = 8;

    /// <summary>Patches per side of the coarse noise.</summary>
    private const int Patches = 4;

    /// <summary>Tries points until some of a handful are wrong, and keeps the one nearest to the boundary after a coarse bisection of each.</summary>
    /// <param name="inquiry">The example.</param>
    /// <param name="shape">The shape of its input.</param>
    /// <param name="most">The points to try at most.</param>
    public static IEnumerable<float[]> Find(Inquiry inquiry, InputShape shape, int most)
    {
        for (var tried = 0; tried < most && inquiry.Left > 0 && double.IsInfinity(inquiry.Distance); )
        {
            var count = Math.Min(Math.Min(AtOnce, most - tried), inquiry.Left);
            var points = new float[count * shape.Values];
            for (var i = 0; i < count; i++)
            {
                Write(inquiry, shape, tried + i, points.AsSpan(i * shape.Values, shape.Values));
            }
            yield return points;
            var wrong = inquiry.Wrong;
            for (var i = 0; i < count; i++)
            {
                if (wrong[i])
                {
                    var point = points.AsSpan(i * shape.Values, shape.Values).ToArray();
                    foreach (var question in Nearer(inquiry, point))
                    {
                        yield return question;
                    }
                }
            }
            tried += count;
        }
    }

    /// <summary>Bisects from a wrong point, unless it is right where it would have to be wrong to be worth it.</summary>
    private static IEnumerable<float[]> Nearer(Inquiry inquiry, float[] point)
    {
        const double Coarse = 0.02;
        if (inquiry.Distance <= inquiry.Geometry.Distance(inquiry.Clean, point) && inquiry.Left > 0)
        {
            var pulled = new float[point.Length];
            inquiry.Geometry.Pull(inquiry.Clean, point, inquiry.Distance * (1 - Coarse), pulled);
            yield return pulled;
            if (!inquiry.Wrong[0])
            {
                yield break;
            }
            point = pulled;
        }
        foreach (var question in inquiry.Bisect(point, Coarse))
        {
            yield return question;
        }
    }

    private static void Write(Inquiry inquiry, InputShape shape, int number, Span<float> point)
    {
        var (low, width) = ((float)inquiry.Geometry.Box.Low, (float)inquiry.Geometry.Box.Width);
        // Single values, patches, patches at the ends of the box, plain surfaces.
        var kind = number % 4;
        var draws = inquiry.Uniforms(kind == 0 ? shape.Values : shape.Channels * Patches * Patches);
        for (var i = 0; i < point.Length; i++)
        {
            var (channel, row, column) = (
                i / (shape.Height * shape.Width),
                i / shape.Width % shape.Height,
                i % shape.Width
            );
            var patch =
                (((channel * Patches) + (row * Patches / shape.Height)) * Patches) + (column * Patches / shape.Width);
            var draw = kind switch
            {
                0 => draws[i],
                1 => draws[patch],
                2 => draws[patch] < 0.5f ? 0 : 1,
                _ => draws[channel * Patches * Patches],
            };
            point[i] = Math.Clamp(low + (draw * width), low, low + width);
        }
    }
}
