using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>HopSkipJump: walks along the decision boundary by directions estimated from verdicts alone.</summary>
/// <remarks>
/// Chen, Jordan and Wainwright 2020, algorithm 2: bisection to the boundary, an estimate of its normal from
/// <c>first-probes</c>·√t verdicts (equation 16), a step of the distance over √t, halved until it is wrong. Each example has a
/// start, probes and steps of its own. Cost per example and restart: at most <c>queries</c> + 1 forwards, no gradient.
/// </remarks>
[Component(
    "hop-skip-jump",
    "Walk along the decision boundary; needs labels only",
    "Chen, Jordan and Wainwright 2020, HopSkipJumpAttack: a query-efficient decision-based attack"
)]
public sealed class HopSkipJump(HopSkipJump.Options options) : Attack(options)
{
    /// <summary>Probes per turn; a whole estimate of many examples would not fit into memory.</summary>
    private const int AtOnce = AttackContext.Piece;

    private const int MostHalvings = 25;

    /// <summary>Options of the attack.</summary>
    public sealed record Options : AttackOptions
    {
        /// <summary>Gets the number of queries per restart.</summary>
        [System.ComponentModel.Description("queries of labels per example and restart")]
        [Range(1, 1_000_000)]
        public int Queries { get; init; } = 6000;

        /// <summary>Gets the probes of the first estimate.</summary>
        [System.ComponentModel.Description(
            "probes of the first estimate of a direction; the t-th takes √t times as many"
        )]
        [Range(2, 100_000)]
        public int FirstProbes { get; init; } = 100;

        /// <summary>Gets the most points that are tried as a start.</summary>
        [System.ComponentModel.Description("points tried as a start; without a wrong one among them nothing is found")]
        [Range(1, 100_000)]
        public int Starts { get; init; } = 200;
    }

    /// <inheritdoc/>
    public override PassCeiling? Ceiling(int classes) => new(options.Queries + 1, 0);

    /// <inheritdoc/>
    public override Access Needs => Access.Labels;

    /// <inheritdoc/>
    protected override bool SeeksMinimum => true;

    /// <inheritdoc/>
    public override bool Supports(ThreatModel threat) => threat.Boundary is not null;

    /// <inheritdoc/>
    protected override AttackLoss Loss => Margin.Instance;

    /// <inheritdoc/>
    protected override Tensor Core(AttackContext context)
    {
        var shape = context.Model.Input;
        return Inquiries.Run(context, options.Queries, inquiry => Search(inquiry, shape));
    }

    private IEnumerable<float[]> Search(Inquiry inquiry, InputShape shape)
    {
        var geometry = inquiry.Geometry;
        var tolerance = geometry.Tolerance(shape.Values);
        foreach (var question in WrongStart.Find(inquiry, shape, options.Starts))
        {
            yield return question;
        }
        if (double.IsInfinity(inquiry.Distance))
        {
            yield break;
        }
        foreach (var question in inquiry.Bisect(inquiry.Best, tolerance))
        {
            yield return question;
        }
        var estimate = new Estimate(inquiry);
        for (var step = 1; inquiry.Left > 0; step++)
        {
            var (edge, away) = (inquiry.Edge, geometry.Distance(inquiry.Clean, inquiry.Edge));
            // The first point may be far: its probes have a length of their own, as in the authors' program.
            var length = step == 1 ? 0.1 * geometry.Box.Width : geometry.ProbeShare(shape.Values) * away;
            foreach (var question in estimate.Ask(edge, length, (int)(options.FirstProbes * Math.Sqrt(step))))
            {
                yield return question;
            }
            foreach (var question in Jump(inquiry, edge, estimate.Direction(), away / Math.Sqrt(step), tolerance))
            {
                yield return question;
            }
        }
    }

    /// <summary>Steps away from the boundary, and back onto it as seen from where the step has led.</summary>
    private static IEnumerable<float[]> Jump(
        Inquiry inquiry,
        float[] edge,
        float[] direction,
        double size,
        double tolerance
    )
    {
        var box = inquiry.Geometry.Box;
        for (var halving = 0; halving < MostHalvings && inquiry.Left > 0; halving++, size /= 2)
        {
            var point = new float[edge.Length];
            for (var i = 0; i < point.Length; i++)
            {
                point[i] = Math.Clamp((float)(edge[i] + (size * direction[i])), (float)box.Low, (float)box.High);
            }
            yield return point;
            if (inquiry.Wrong[0])
            {
                foreach (var question in inquiry.Bisect(point, tolerance))
                {
                    yield return question;
                }
                yield break;
            }
        }
    }

    /// <summary>The normal of the boundary at the best point, from verdicts around it.</summary>
    /// <remarks>One for a whole search, since its memory is dear to ask for at each step.</remarks>
    private sealed class Estimate(Inquiry inquiry)
    {
        private float[] _points = [];
        private readonly double[] _sum = new double[inquiry.Clean.Length];
        private readonly double[] _signed = new double[inquiry.Clean.Length];
        private double _verdicts;
        private int _count;

        public IEnumerable<float[]> Ask(float[] at, double length, int probes)
        {
            var (width, box) = (at.Length, inquiry.Geometry.Box);
            Array.Clear(_sum);
            Array.Clear(_signed);
            (_verdicts, _count) = (0, 0);
            while (_count < probes && inquiry.Left > 0)
            {
                var count = Math.Min(Math.Min(AtOnce, probes - _count), inquiry.Left);
                var points = _points = _points.Length == count * width ? _points : new float[count * width];
                inquiry.Normals(points);
                for (var first = 0; first < points.Length; first += width)
                {
                    var point = points.AsSpan(first, width);
                    var scale = length / Math.Max(Math.Sqrt(WideRows.SquaredLength(point)), 1e-30);
                    WideRows.Along(at, point, scale, ((float)box.Low, (float)box.High), point);
                }
                yield return points;
                for (var i = 0; i < inquiry.Wrong.Length; i++)
                {
                    WideRows.Gather(at, points.AsSpan(i * width, width), inquiry.Wrong[i], _sum, _signed);
                }
                _verdicts += inquiry.Wrong.Sum(w => w ? 1.0 : -1.0);
                _count += inquiry.Wrong.Length;
            }
        }

        /// <remarks>Equation 16: verdicts less their mean weigh the probes; where all agree, the probes' mean itself is all there is.</remarks>
        public float[] Direction()
        {
            var mean = _count == 0 ? 0 : _verdicts / _count;
            var direction = new float[_sum.Length];
            for (var i = 0; i < direction.Length; i++)
            {
                direction[i] = (float)(Math.Abs(mean) < 1 ? _signed[i] - (mean * _sum[i]) : _signed[i]);
            }
            inquiry.Geometry.Steepest(direction);
            return direction;
        }
    }
}
