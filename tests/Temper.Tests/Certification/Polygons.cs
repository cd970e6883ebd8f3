using Temper.Models;
using Temper.Numerics;

namespace Temper.Tests.Certification;

/// <summary>
/// The exact margin of a small network of two inputs and ReLU units over a box: its units cut the box into polygons, in each of
/// which the network is linear, so that its least value stands at a corner.
/// </summary>
internal static class Polygons
{
    /// <summary>The least of the right score less the highest other.</summary>
    public static double Margin(ModuleClassifier model, (double Low, double High)[] box, int label)
    {
        var layers = Layers(model);
        var least = double.PositiveInfinity;
        var whole = new[]
        {
            new[] { box[0].Low, box[1].Low },
            [box[0].High, box[1].Low],
            [box[0].High, box[1].High],
            [box[0].Low, box[1].High],
        };
        Visit(
            layers,
            0,
            new[] { new[] { 1.0, 0, 0 }, [0, 1, 0] },
            whole,
            (corner, scores) =>
            {
                var values = scores.Select(s => At(s, corner)).ToArray();
                var other = values.Where((_, k) => k != label).Max();
                least = Math.Min(least, values[label] - other);
            }
        );
        return least;
    }

    private static void Visit(
        (double[][] Weights, double[] Bias)[] layers,
        int layer,
        double[][] functions,
        double[][] polygon,
        Action<double[], double[][]> see
    )
    {
        var (weights, bias) = layers[layer];
        double[][] next =
        [
            .. weights.Select(
                (row, unit) =>
                    (double[])
                        [
                            .. Enumerable
                                .Range(0, 3)
                                .Select(k =>
                                    row.Select((w, i) => w * functions[i][k]).Sum() + (k == 2 ? bias[unit] : 0)
                                ),
                        ]
            ),
        ];
        if (layer == layers.Length - 1)
        {
            foreach (var corner in polygon)
            {
                see(corner, next);
            }
            return;
        }
        Cut(
            next,
            0,
            polygon,
            piece => Visit(layers, layer + 1, [.. next.Select(f => Inside(f, piece) ? f : [0, 0, 0])], piece, see)
        );
    }

    private static void Cut(double[][] lines, int from, double[][] polygon, Action<double[][]> see)
    {
        for (var i = from; i < lines.Length; i++)
        {
            var heights = polygon.Select(corner => At(lines[i], corner)).ToArray();
            if (heights.Min() < 0 && heights.Max() > 0)
            {
                Cut(lines, i + 1, Clip(polygon, heights, 1), see);
                Cut(lines, i + 1, Clip(polygon, heights, -1), see);
                return;
            }
        }
        see(polygon);
    }

    private static double[][] Clip(double[][] polygon, double[] heights, int side)
    {
        var kept = new List<double[]>();
        for (var i = 0; i < polygon.Length; i++)
        {
            var j = (i + 1) % polygon.Length;
            var (a, b) = (heights[i] * side, heights[j] * side);
            if (a >= 0)
            {
                kept.Add(polygon[i]);
            }
            if ((a > 0 && b < 0) || (a < 0 && b > 0))
            {
                var share = a / (a - b);
                kept.Add([.. polygon[i].Zip(polygon[j], (p, q) => p + (share * (q - p)))]);
            }
        }
        return [.. kept];
    }

    private static bool Inside(double[] function, double[][] polygon) =>
        polygon.Average(corner => At(function, corner)) > 0;

    private static double At(double[] function, double[] point) =>
        (function[0] * point[0]) + (function[1] * point[1]) + function[2];

    private static (double[][], double[])[] Layers(ModuleClassifier model)
    {
        var tensors = model.Module.parameters().ToArray();
        return
        [
            .. tensors
                .Chunk(2)
                .Select(pair =>
                {
                    var inputs = (int)pair[0].shape[1];
                    var weights = Tensors.ToArray<float>(pair[0]).Select(w => (double)w).Chunk(inputs).ToArray();
                    return (weights, Tensors.ToArray<float>(pair[1]).Select(b => (double)b).ToArray());
                }),
        ];
    }
}
