using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Threats;

/// <summary>Points to project, and whether what comes back is legal.</summary>
internal static class ProjectionSamples
{
    /// <summary>Gets boxes whose faces are float32 numbers, and some whose faces are not.</summary>
    public static IReadOnlyList<(double Low, double High)> Boxes { get; } =
    [(0, 1), (-1, 1), (-1.7, 2.3), (0, 255), (0.1, 0.3)];

    /// <summary>Random shapes, boxes and budgets; centres on faces, candidates far out, tiny and denormal values.</summary>
    /// <param name="norm">The threat's norm.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="batches">Batches, each with a shape, a box and a budget of its own.</param>
    /// <param name="batch">Points in a batch.</param>
    public static void Check(string norm, ulong seed, int batches, int batch)
    {
        var random = new Draws(seed);
        for (var done = 0; done < batches; done++)
        {
            var box = Boxes[random.Next(Boxes.Count)];
            var values = random.Next(1, 13);
            var width = box.High - box.Low;
            var epsilon = norm switch
            {
                "l0" => random.Next(values + 1),
                _ => random.Next(8) switch
                {
                    0 => 0,
                    1 => 1e-42,
                    2 => width * 1e-7 * random.NextDouble(),
                    _ => width * random.NextDouble() * random.NextDouble(),
                },
            };
            var centres = new float[batch * values];
            var points = new float[batch * values];
            for (var i = 0; i < batch; i++)
            {
                var (c, p) = Draw(random, values, box);
                c.CopyTo(centres, i * values);
                p.CopyTo(points, i * values);
            }
            using var scope = NewDisposeScope();
            var threat = ThreatModel.Parse($"{norm}:{epsilon:R}", new PixelRange(box.Low, box.High));
            var centre = tensor(centres, [batch, values]);
            var projected = threat.Project(tensor(points, [batch, values]), centre);
            var found = projected.data<float>().ToArray();
            var contained = threat.Contains(projected, centre, slack: 0);
            for (var i = 0; i < batch; i++)
            {
                var part = new Range(i * values, (i + 1) * values);
                Assert.True(contained[i]);
                Assert.True(
                    IsLegal(norm, found[part], centres[part], epsilon, box),
                    $"{norm}:{epsilon:R} box {box}: {string.Join(' ', found[part])} around {string.Join(' ', centres[part])}"
                );
            }
        }
    }

    /// <summary>Whether a point lies in ball and box, in float64.</summary>
    public static bool IsLegal(
        string norm,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> centre,
        double epsilon,
        (double Low, double High) box
    )
    {
        var length = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            var change = Math.Abs((double)x[i] - centre[i]);
            length = norm switch
            {
                "linf" => Math.Max(length, change),
                "l2" => length + (change * change),
                "l1" => length + change,
                _ => length + (change != 0 ? 1 : 0),
            };
            if (!(x[i] >= box.Low && x[i] <= box.High))
            {
                return false;
            }
        }
        return (norm == "l2" ? Math.Sqrt(length) : length) <= epsilon;
    }

    /// <summary>A clean point and a candidate.</summary>
    public static (float[] Centre, float[] X) Draw(Draws random, int values, (double Low, double High) box)
    {
        var (low, high) = Faces(box);
        var (centre, x) = (new float[values], new float[values]);
        var width = (float)(box.High - box.Low);
        for (var i = 0; i < values; i++)
        {
            centre[i] = random.Next(8) switch
            {
                0 => low,
                1 => high,
                2 => Math.Clamp(1e-41f, low, high),
                _ => Math.Clamp(low + (random.NextSingle() * width), low, high),
            };
            x[i] = random.Next(8) switch
            {
                0 => centre[i],
                1 => centre[i] + 1e-43f,
                2 => centre[i] + ((random.NextSingle() - 0.5f) * width * 1e-6f),
                3 => centre[i] + ((random.NextSingle() - 0.5f) * width * 1000),
                _ => centre[i] + ((random.NextSingle() - 0.5f) * width * 3),
            };
        }
        return (centre, x);
    }

    /// <summary>The faces of the box, in float32 and within it.</summary>
    public static (float Low, float High) Faces((double Low, double High) box)
    {
        var (low, high) = ((float)box.Low, (float)box.High);
        return (low < box.Low ? MathF.BitIncrement(low) : low, high > box.High ? MathF.BitDecrement(high) : high);
    }
}
