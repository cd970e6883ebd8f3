using Temper.Certification;
using Temper.Certification.Branching;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Certification;

/// <summary>Random networks, inputs and budgets: no point of a set, drawn or searched for, may lie outside the bounds.</summary>
internal static class Soundness
{
    private const int Drawn = 12;

    /// <summary>Looks at one network.</summary>
    /// <param name="seed">Chooses network, inputs and budget.</param>
    /// <param name="inputs">The number of inputs.</param>
    /// <param name="alpha">Whether optimised slopes are looked at too.</param>
    public static void Check(int seed, int inputs, bool alpha)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = Nets.Random(seed);
        using var certifier = Certifier.Of(model);
        Assert.Null(certifier.Problem);
        var shape = model.Input;
        var x = rand(inputs, shape.Channels, shape.Height, shape.Width);
        var budget = new[] { 0, 0.01, 0.05, 0.2, 0.6 }[seed % 5];
        ThreatModel threat = seed % 3 == 0 ? new L2Threat(Epsilon.Of(budget * 2)) : new LinfThreat(Epsilon.Of(budget));
        var set = InputSet.Of(threat, x);
        var labels = Tensors.ToArray<long>(certifier.Graph.Scores(set.Centre).argmax(1)).Select(l => (int)l).ToArray();
        BoundMethod[] methods = alpha
            ? [BoundMethod.Interval, BoundMethod.Crown, BoundMethod.AlphaCrown]
            : [BoundMethod.Interval, BoundMethod.Crown];
        var margins = methods.Select(m => certifier.Margins(x, labels, threat, m)).ToArray();
        for (var i = 0; i < inputs; i++)
        {
            Assert.True(margins[1][i] >= margins[0][i], $"net {seed}: CROWN lies below the interval.");
            Assert.True(!alpha || margins[2][i] >= margins[1][i], $"net {seed}: α-CROWN lies below CROWN.");
        }
        var ends = methods.Take(2).Select(m => certifier.Scores(x, threat, m)).ToArray();
        var right = tensor(labels.Select(l => (long)l).ToArray()).unsqueeze(1);
        for (var draw = 0; draw < Drawn; draw++)
        {
            using var part = NewDisposeScope();
            var scores = certifier.Graph.Scores(Point(set, draw));
            foreach (var (lower, upper) in ends)
            {
                var (below, above) = ((scores - lower).min().item<double>(), (upper - scores).min().item<double>());
                Assert.True(below >= 0, $"net {seed}, {threat.Text}: a score lies {below} from its lower bound.");
                Assert.True(above >= 0, $"net {seed}, {threat.Text}: a score lies {above} from its upper bound.");
            }
            var others = scores
                .scatter(1, right, full_like(right, double.NegativeInfinity, ScalarType.Float64))
                .amax([1]);
            var found = Tensors.ToArray<double>(scores.gather(1, right).squeeze(1) - others);
            Assert.All(
                margins,
                bound =>
                    Assert.All(
                        found.Zip(bound),
                        p =>
                            Assert.True(
                                p.First >= p.Second,
                                $"net {seed}: a margin of {p.First} lies below its bound {p.Second}."
                            )
                    )
            );
        }
        Attack(certifier, set, labels, margins[^1], seed);
    }

    /// <summary>Descends from every certified input: it must lead nowhere.</summary>
    private static void Attack(Certifier certifier, InputSet set, int[] labels, double[] bounds, int seed)
    {
        foreach (var i in Enumerable.Range(0, labels.Length).Where(i => bounds[i] > 0).Take(3))
        {
            long[] others = [.. Enumerable.Range(0, certifier.Classes).Where(k => k != labels[i]).Select(k => (long)k)];
            var rows = full([others.Length], i, ScalarType.Int64);
            var found = Descent.From(
                certifier.Graph,
                set.Centre.index_select(0, rows),
                set.Rows(rows.narrow(0, 0, 1)),
                labels[i],
                tensor(others)
            );
            Assert.True(found is null, $"net {seed}: input {i} is certified, and was broken.");
        }
    }

    /// <summary>A point of every set: the clean one, corners, and what lies between.</summary>
    private static Tensor Point(InputSet set, int draw)
    {
        var (low, high) = (set.Box.Lower, set.Box.Upper);
        var share = draw == 0 ? full_like(low, 0.5) : rand_like(low);
        share = draw % 2 == 1 ? share.round() : share;
        var point = draw == 0 ? set.Centre : low + (share * (high - low));
        if (set.Radius is not { } radius)
        {
            return point.maximum(low).minimum(high);
        }
        // A hair inside the ball, so that rounding leads to no other set.
        var move = point - set.Centre;
        var length = move.flatten(1).norm(1, true, 2).clamp_min(1e-300).view(-1, 1, 1, 1);
        return set.Centre + (move * (radius * (1 - 1e-12) / length).clamp_max(1));
    }
}
