using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Certification.Branching;

/// <summary>Looks for counterexamples from the inputs at which linear bounds are least: a few gradient steps, in float32 until one seems to be met.</summary>
internal static class Descent
{
    private const int Most = 8;
    private const int Steps = 20;

    // Rounding in float32 is far smaller; what is met is looked at in float64.
    private const double Near = 1e-3;

    /// <summary>Searches.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="inputs">Where to begin (P, C, H, W).</param>
    /// <param name="set">The set of one example.</param>
    /// <param name="label">Its class.</param>
    /// <param name="others">The class each row aims at, int64 (P).</param>
    /// <param name="steps">Whether to go on from there; otherwise these inputs alone are looked at.</param>
    /// <returns>A misclassified input of the set, flattened; null where none was met.</returns>
    public static double[]? From(
        BoundGraph graph,
        Tensor inputs,
        InputSet set,
        long label,
        Tensor others,
        bool steps = true
    )
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var x = inputs;
        var first = Gaps(graph, x, label, others);
        var nearest = first.argmin();
        if (first[nearest].item<double>() <= 0)
        {
            return Tensors.ToArray<double>(x[nearest]);
        }
        if (!steps)
        {
            return null;
        }
        if (x.shape[0] > Most)
        {
            var (_, near) = first.topk(Most, 0, largest: false);
            (x, others) = (x.index_select(0, near), others.index_select(0, near));
        }
        var (low, high) = (set.Box.Lower, set.Box.Upper);
        for (var i = 0; i <= Steps; i++)
        {
            using var step = NewDisposeScope();
            using var withGrad = enable_grad();
            var at = x.to(ScalarType.Float32).requires_grad_();
            var gaps = Gaps(graph.Rough, at, label, others);
            var met = gaps.detach().argmin();
            if (gaps[met].item<float>() <= Near)
            {
                var place = met.unsqueeze(0);
                var one = x.index_select(0, place);
                if (Gaps(graph, one, label, others.index_select(0, place)).item<double>() <= 0)
                {
                    return Tensors.ToArray<double>(one);
                }
            }
            if (i == Steps)
            {
                return null;
            }
            var gradient = autograd.grad([gaps.sum()], [at])[0].to(ScalarType.Float64);
            using var noStepGrad = no_grad();
            var size = 0.5 * Math.Pow(0.05, i / (double)Steps);
            x = Moved(x, gradient, set, size).maximum(low).minimum(high).MoveToOuterDisposeScope();
        }
        return null;
    }

    private static Tensor Moved(Tensor x, Tensor gradient, InputSet set, double size)
    {
        if (set.Radius is not { } radius)
        {
            return x - (gradient.sign() * (set.Box.Upper - set.Box.Lower) * (size / 2));
        }
        const double Tiny = 1e-300;
        long[] each = [-1, 1, 1, 1];
        var length = gradient.flatten(1).norm(1).clamp_min(Tiny).view(each);
        var moved = x - (gradient / length * (size * radius)) - set.Centre;
        var away = moved.flatten(1).norm(1).clamp_min(Tiny).view(each);
        return set.Centre + (moved * (radius / away).clamp_max(1));
    }

    private static Tensor Gaps(BoundGraph graph, Tensor x, long label, Tensor others)
    {
        var scores = graph.Scores(x);
        return scores.select(1, label) - scores.gather(1, others.unsqueeze(1)).squeeze(1);
    }
}
