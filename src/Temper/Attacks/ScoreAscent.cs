using System.Numerics;
using Temper.Numerics;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Temper.Attacks;

/// <summary>Ascends the margin by gradients that are estimated from scores at pairs of opposite points around the iterate.</summary>
/// <remarks>An example leaves once it is wrong; its probes are its own, and none outside the box is asked about.</remarks>
/// <param name="context">The batch.</param>
/// <param name="queries">The queries of one example.</param>
/// <param name="pairs">The pairs of points of one estimate.</param>
/// <param name="radius">The size of the probes.</param>
internal sealed class ScoreAscent(AttackContext context, int queries, int pairs, double radius)
{
    /// <summary>Points at once, for the sake of memory.</summary>
    private const int AtOnce = 1024;

    // Below so many values a second thread costs more than it brings.
    private const long Share = 1 << 14;

    // Memory of this size is dear to ask for anew at each estimate.
    private float[] _draws = [];
    private float[] _probes = [];
    private int _left = queries;
    private int _estimates;

    /// <summary>Runs the search.</summary>
    /// <param name="start">The start; handed over.</param>
    /// <param name="noise">Draws values for some rows, as many for each, keyed by the number of the estimate.</param>
    /// <param name="move">Moves the iterate along the estimate and projects it; examples that have left have a gradient of zero.</param>
    /// <returns>Per example, the first wrong point, else that of largest margin; the caller owns it.</returns>
    public Tensor Run(Tensor start, Action<int[], int, Memory<float>> noise, Action<Tensor, Tensor> move)
    {
        using var x = start;
        var points = Tensors.ToArray<float>(x);
        var firsts = context.FirstRows();
        var best = Enumerable.Repeat(float.NegativeInfinity, firsts.Length).ToArray();
        int[] standing = [.. firsts.Distinct()];
        while (standing.Length > 0)
        {
            standing = Score(Tensors.ToArray<float>(x), points, best, standing);
            var count = Math.Min(pairs, (_left - 1) / 2);
            if (standing.Length == 0 || count < 1)
            {
                break;
            }
            using var scope = NewDisposeScope();
            var gradient = Estimate(Tensors.ToArray<float>(x), standing, count, noise);
            move(x, tensor(gradient, x.shape, device: x.device));
        }
        var width = firsts.Length == 0 ? 0 : points.Length / firsts.Length;
        for (var row = 0; row < firsts.Length; row++)
        {
            points.AsSpan(firsts[row] * width, width).CopyTo(points.AsSpan(row * width));
        }
        return tensor(points, context.Clean.shape, device: context.Clean.device);
    }

    /// <summary>Scores the iterates, keeps the best, and gives the rows that still stand.</summary>
    private int[] Score(float[] x, float[] points, float[] best, int[] standing)
    {
        context.Cancellation.ThrowIfCancellationRequested();
        var width = x.Length / best.Length;
        var asked = new float[standing.Length * width];
        for (var i = 0; i < standing.Length; i++)
        {
            x.AsSpan(standing[i] * width, width).CopyTo(asked.AsSpan(i * width));
        }
        var margins = context.Margins(asked, standing);
        _left--;
        List<int> left = [];
        for (var i = 0; i < standing.Length; i++)
        {
            // Not (margin < 0) rather than margin >= 0: a NaN is wrong.
            var wrong = !(margins[i] < 0);
            if (wrong || margins[i] > best[standing[i]])
            {
                best[standing[i]] = margins[i];
                asked.AsSpan(i * width, width).CopyTo(points.AsSpan(standing[i] * width));
            }
            if (!wrong)
            {
                left.Add(standing[i]);
            }
        }
        return [.. left];
    }

    private float[] Estimate(float[] x, int[] standing, int count, Action<int[], int, Memory<float>> noise)
    {
        var gradient = new float[x.Length];
        var width = x.Length / context.Examples.Length;
        foreach (var rows in standing.Chunk(Math.Max(1, AtOnce / (2 * count))))
        {
            var draws = Room(ref _draws, rows.Length * count * width);
            noise(rows, _estimates, draws);
            context.Threat.Budgets?.Silence(draws.Span);
            var margins = context.Margins(Probes(x, rows, draws, count, width), Owners(rows, count));
            ThreadTeam.Run(
                draws.Length / Share,
                (member, members) =>
                {
                    for (var i = rows.Length * member / members; i < rows.Length * (member + 1) / members; i++)
                    {
                        var sum = gradient.AsSpan(rows[i] * width, width);
                        for (var pair = i * count; pair < (i + 1) * count; pair++)
                        {
                            // A score that is not a number tells nothing of a direction.
                            var slope = (margins[2 * pair] - margins[(2 * pair) + 1]) / (2 * radius * count);
                            if (double.IsFinite(slope))
                            {
                                Add(sum, draws.Span.Slice(pair * width, width), (float)slope);
                            }
                        }
                    }
                }
            );
        }
        _estimates++;
        _left -= 2 * count;
        return gradient;
    }

    /// <summary>The points of all pairs, the one along the noise before the one against it.</summary>
    private ReadOnlySpan<float> Probes(float[] x, int[] rows, Memory<float> draws, int count, int width)
    {
        var probes = Room(ref _probes, 2 * draws.Length);
        var (low, high) = ((float)context.Threat.Box.Low, (float)context.Threat.Box.High);
        ThreadTeam.Run(
            draws.Length / Share,
            (member, members) =>
            {
                var all = rows.Length * count;
                for (var pair = all * member / members; pair < all * (member + 1) / members; pair++)
                {
                    var at = x.AsSpan(rows[pair / count] * width, width);
                    var there = probes.Span.Slice(2 * pair * width, width);
                    var back = probes.Span.Slice(((2 * pair) + 1) * width, width);
                    TensorPrimitives.Multiply(draws.Span.Slice(pair * width, width), (float)radius, there);
                    TensorPrimitives.Subtract(at, there, back);
                    TensorPrimitives.Add(at, there, there);
                    TensorPrimitives.Clamp(there, low, high, there);
                    TensorPrimitives.Clamp(back, low, high, back);
                }
            }
        );
        return probes.Span;
    }

    private static Memory<float> Room(ref float[] memory, int length)
    {
        if (memory.Length < length)
        {
            memory = new float[length];
        }
        return memory.AsMemory(0, length);
    }

    private static void Add(Span<float> sum, ReadOnlySpan<float> noise, float factor)
    {
        var i = 0;
        for (; i <= sum.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (new Vector<float>(sum[i..]) + (new Vector<float>(noise[i..]) * factor)).CopyTo(sum[i..]);
        }
        for (; i < sum.Length; i++)
        {
            sum[i] += noise[i] * factor;
        }
    }

    private static int[] Owners(int[] rows, int count) =>
        [.. rows.SelectMany(row => Enumerable.Repeat(row, 2 * count))];
}
