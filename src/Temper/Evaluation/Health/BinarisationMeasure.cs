using Temper.Attacks;
using Temper.Data;
using Temper.Losses;
using Temper.Models;
using Temper.Models.Graphs;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Evaluation.Health;

/// <summary>The binarisation test of Zimmermann et al. 2022: a wrong point is planted, and a search must find one.</summary>
/// <remarks>
/// As there: 999 inner points within 0.95 ε, one on the boundary, a linear readout of what the last layer gets, its threshold 0.999 of the
/// way to that point. Otherwise: under L∞ the point lies in a corner of the ball (an option there), and the readout is that of least
/// squares with the largest ridge that separates, which has a closed form.
/// </remarks>
internal static class BinarisationMeasure
{
    private const int Inner = 999;
    private const double InnerShare = 0.95;
    private const int Steps = 100;
    private const int Draws = 200;
    private const int Block = 64;

    private static readonly Apgd Search = new(new Apgd.Options { Steps = Steps, Loss = LossKind.Margin });

    // How far the threshold lies on the way from the inner points to the planted one.
    private const double Closeness = 0.999;

    // Of the mean variance of a feature, the largest first: the less a readout leans on features that hardly ever change, the
    // more a search can follow it. A unit that wakes at the planted point alone would hide it from every gradient.
    private static readonly double[] Ridges = [100, 10, 1, 0.1, 0.01, 1e-3, 1e-4];

    /// <summary>Gets the most passes for one example: its inner points and the planted one, the search, and random points.</summary>
    public static PassCeiling Ceiling
    {
        get
        {
            var search = Search.Ceiling(2)!.Value;
            return new(Inner + 1 + Draws + search.Forwards, search.Gradients);
        }
    }

    /// <summary>Whether the test is defined under a threat model.</summary>
    public static bool Knows(ThreatModel threat) => threat.Norm is "linf" or "l2" && threat.Epsilon.Value > 0;

    /// <summary>Plants a point around every correct example and searches for it.</summary>
    /// <param name="subject">The model, whose gradient reaches the input, and its examples.</param>
    /// <returns>Null under other norms than L∞ and L2.</returns>
    public static BinarisationHealth? Measure(HealthSubject subject)
    {
        if (subject.ThreatFor(t => Knows(t) && Search.Takes(t)) is not { } threat)
        {
            return null;
        }
        using var noGrad = no_grad();
        using var penultimate = PenultimateLayer.Of(subject.Model.Inner);
        using var features = new MeteredClassifier(penultimate ?? subject.Model.Inner, subject.Model.Meter);
        using var mode = features.Enter(Mode.Evaluate);
        var rng = subject.Rng.Fork("binarisation");
        var (n, broken, random) = (0, 0, 0);
        foreach (var rows in Enumerable.Range(0, subject.Correct.Count).Chunk(Block))
        {
            using var scope = NewDisposeScope();
            var planted = new List<(int Row, Tensor Centre, Tensor Weights, Tensor Offset)>();
            foreach (var row in rows)
            {
                subject.Cancellation.ThrowIfCancellationRequested();
                using var one = subject.Correct.Select([row]);
                if (Fit(features, threat, one, rng) is var (centre, weights, offset))
                {
                    planted.Add((row, centre, weights, offset));
                }
            }
            if (planted.Count == 0)
            {
                continue;
            }
            using var some = subject.Correct.Select([.. planted.Select(p => p.Row)]);
            // All are inner points: of the first class.
            using var batch = new Batch(some.Inputs.alias(), zeros_like(some.Labels), some.Indices);
            using var model = new ReadoutClassifier(
                features,
                (
                    stack([.. planted.Select(p => p.Centre)]),
                    stack([.. planted.Select(p => p.Weights)]),
                    stack([.. planted.Select(p => p.Offset)])
                )
            );
            using var found = Search.Run(model, batch, threat, rng, subject.Cancellation);
            subject.Model.Meter.AddGradients(found.Gradients.Sum());
            n += planted.Count;
            broken += found.Broken.Count(b => b);
            random += AtRandom(model, batch, threat, rng);
        }
        var read = penultimate is null ? BinarisationHealth.Scores : BinarisationHealth.Penultimate;
        return new(subject.Correct.Count, n, read, Inner, Steps, broken, Draws, random);
    }

    /// <summary>The readout around one example: 0.999 below zero at the inner point nearest to the planted one, and 0.001 above it there.</summary>
    /// <returns>Null where no such readout separates them.</returns>
    private static (Tensor Centre, Tensor Weights, Tensor Offset)? Fit(
        MeteredClassifier features,
        ThreatModel threat,
        Batch one,
        Rng rng
    )
    {
        using var scope = NewDisposeScope();
        var index = one.Indices[0];
        var clean = one.Inputs;
        var around = clean.expand([Inner - 1, .. clean.shape[1..]]).contiguous();
        var inner = threat
            .With(Epsilon.Of(InnerShare * threat.Epsilon.Value))
            .RandomStart(around, [.. Enumerable.Range(0, Inner - 1).Select(i => (long)i)], rng.Fork($"inner/{index}"));
        var read = features.Logits(cat([clean, inner, Corner(threat, clean, index, rng)])).to(ScalarType.Float64);
        var centre = read[..Inner].mean([0]);
        var centred = read - centre;
        var products = Products(centred[..Inner]);
        foreach (var ridge in Ridges)
        {
            var weights = Discriminant(centred[..Inner], products, centred[Inner], ridge);
            var scores = centred.matmul(weights);
            var (top, planted) = (scores[..Inner].max().item<double>(), scores[Inner].item<double>());
            // What is not a number is not above anything.
            if (planted > top && double.IsFinite(planted - top))
            {
                var gap = planted - top;
                var offset = tensor(-(top + (Closeness * gap)) / gap, ScalarType.Float64).to(read.device);
                return (
                    centre.MoveToOuterDisposeScope(),
                    (weights / gap).MoveToOuterDisposeScope(),
                    offset.MoveToOuterDisposeScope()
                );
            }
        }
        return null;
    }

    /// <summary>A point on the boundary of the ball in a random direction, in a corner under L∞; moved into the box.</summary>
    private static Tensor Corner(ThreatModel threat, Tensor clean, long index, Rng rng)
    {
        using var scope = NewDisposeScope();
        var noise = empty(clean.shape, dtype: ScalarType.Float32);
        rng.Fork("planted").FillNormal(Tensors.Floats(noise), [index], 0, 0);
        var direction = threat.Norm == "linf" ? noise.sign() : noise / noise.norm();
        var point = clean + (direction * threat.Epsilon.Value).to(clean.device);
        return threat.Project(point, clean).MoveToOuterDisposeScope();
    }

    /// <summary>Products of points with each other, or of features with each other, whichever are fewer.</summary>
    /// <param name="others">The inner points less their mean, shape (N, D).</param>
    private static Tensor Products(Tensor others) =>
        others.shape[1] <= others.shape[0] ? others.T.matmul(others) : others.matmul(others.T);

    /// <summary>The direction of least squares that tells one point from others: the inverse of their covariance times the point.</summary>
    /// <param name="others">The others less their mean, shape (N, D).</param>
    /// <param name="products">Their <see cref="Products"/>.</param>
    /// <param name="one">The one less their mean, shape (D).</param>
    /// <param name="share">The ridge, as a share of the mean variance of a feature.</param>
    private static Tensor Discriminant(Tensor others, Tensor products, Tensor one, double share)
    {
        using var scope = NewDisposeScope();
        var (count, width) = (others.shape[0], others.shape[1]);
        var ridge = (products.diagonal().sum() * (share / width)) + 1e-12;
        var system = products + (eye(products.shape[0], dtype: others.dtype, device: others.device) * ridge);
        // With more features than points by Woodbury's identity, times the ridge.
        var direction =
            width <= count
                ? linalg.solve(system, one)
                : one - others.T.matmul(linalg.solve(system, others.matmul(one)));
        return direction.MoveToOuterDisposeScope();
    }

    /// <summary>The examples for which a random point of the ball gets across.</summary>
    private static int AtRandom(ReadoutClassifier model, Batch batch, ThreatModel threat, Rng rng)
    {
        var across = new bool[batch.Count];
        for (var draw = 0; draw < Draws; draw++)
        {
            using var scope = NewDisposeScope();
            var x = threat.RandomStart(batch.Inputs, batch.Indices, rng.Fork("random"), 0, (uint)draw);
            var scores = Tensors.ToArray<float>(model.Logits(x)[.., 1].contiguous());
            for (var row = 0; row < across.Length; row++)
            {
                across[row] |= scores[row] > 0;
            }
        }
        return across.Count(a => a);
    }
}
