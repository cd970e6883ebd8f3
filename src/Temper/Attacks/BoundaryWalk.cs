using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>The Boundary attack: a random walk along the decision boundary that drifts towards the clean input.</summary>
/// <remarks>
/// Brendel, Rauber and Bethge 2018, algorithm 1: a step on the sphere around the clean input, then one towards it; both lengths
/// follow how often such steps stay wrong. Each example has a walk of its own. Cost per example and restart: at most
/// <c>queries</c> + 1 forwards, no gradient.
/// </remarks>
[Component(
    "boundary",
    "Random walk along the decision boundary; needs labels only",
    "Brendel, Rauber and Bethge 2018, Decision-based adversarial attacks"
)]
public sealed class BoundaryWalk(BoundaryWalk.Options options) : Attack(options)
{
    /// <summary>Every so many steps, the step on the sphere is asked about by itself.</summary>
    private const int Every = 5;

    /// <summary>So many verdicts decide whether a length changes.</summary>
    private const int Window = 20;

    private const double Factor = 1.5;

    /// <summary>The finest step towards the clean input, relative to the distance: float32 shows no finer ones.</summary>
    private const double Finest = 1e-6;

    /// <summary>Options of the attack.</summary>
    public sealed record Options : AttackOptions
    {
        /// <summary>Gets the number of queries per restart.</summary>
        [System.ComponentModel.Description("queries of labels per example and restart")]
        [Range(1, 1_000_000)]
        public int Queries { get; init; } = 5500;

        /// <summary>Gets the first length of steps on the sphere.</summary>
        [System.ComponentModel.Description("first length of a step on the sphere, as a share of the distance")]
        [Range(0d, 1d, MinimumIsExclusive = true)]
        public double SphericalStep { get; init; } = 0.01;

        /// <summary>Gets the first length of steps towards the clean input.</summary>
        [System.ComponentModel.Description(
            "first length of a step towards the clean input, as a share of the distance"
        )]
        [Range(0d, 1d, MinimumIsExclusive = true)]
        public double SourceStep { get; init; } = 0.01;

        /// <summary>Gets the most points that are tried as a start.</summary>
        [System.ComponentModel.Description("points tried as a start; without a wrong one among them nothing is found")]
        [Range(1, 100_000)]
        public int Starts { get; init; } = 200;
    }

    /// <inheritdoc/>
    public override Access Needs => Access.Labels;

    /// <inheritdoc/>
    protected override bool SeeksMinimum => true;

    /// <inheritdoc/>
    public override bool Supports(ThreatModel threat) => threat.Boundary is { IsRound: true };

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
        foreach (var question in WrongStart.Find(inquiry, shape, options.Starts))
        {
            yield return question;
        }
        var walk = new Sphere(inquiry);
        var (sphere, source) = (options.SphericalStep, options.SourceStep);
        var (onSphere, towards) = (new Share(Window), new Share(Window));
        for (var step = 1; inquiry.Left > 0 && !double.IsInfinity(inquiry.Distance) && source > Finest; step++)
        {
            var round = walk.Round(sphere);
            var nearer = Nearer(inquiry, round, source);
            if (step % Every == 0 && inquiry.Left > 1)
            {
                float[] both = [.. nearer, .. round];
                yield return both;
                onSphere.Add(inquiry.Wrong[1]);
            }
            else
            {
                yield return nearer;
            }
            towards.Add(inquiry.Wrong[0]);
            if (inquiry.Wrong[0])
            {
                inquiry.Keep(nearer);
            }
            if (onSphere.IsFull)
            {
                var change = Change(onSphere.Take(), 0.2, 0.5);
                (sphere, source) = (sphere * change, source * change);
            }
            if (towards.IsFull)
            {
                source *= Change(towards.Take(), 0.1, 0.25);
            }
        }
    }

    private static double Change(double share, double low, double high) =>
        share < low ? 1 / Factor
        : share > high ? Factor
        : 1;

    /// <summary>A step towards the clean input: to a share less than the walk's distance.</summary>
    private static float[] Nearer(Inquiry inquiry, float[] round, double share)
    {
        var point = new float[round.Length];
        inquiry.Geometry.Pull(inquiry.Clean, round, inquiry.Distance * (1 - share), point);
        return point;
    }

    /// <summary>Steps of one walk across the direction to the clean input.</summary>
    private sealed class Sphere(Inquiry inquiry)
    {
        private readonly float[] _point = new float[inquiry.Clean.Length];

        /// <summary>A step, brought back to the distance it started from.</summary>
        /// <returns>The point; overwritten by the next call.</returns>
        public float[] Round(double length)
        {
            inquiry.Normals(_point);
            var (at, clean, box) = (inquiry.Best, inquiry.Clean, inquiry.Geometry.Box);
            var distance = Math.Max(inquiry.Distance, 1e-30);
            // The noise less what of it leads to the clean input; its square follows from Pythagoras.
            var inner = WideRows.InnerProduct(_point, clean, at) / distance;
            var square = WideRows.SquaredLength(_point) - (inner * inner);
            var (scale, shrink) = (
                length * distance / Math.Sqrt(Math.Max(square, 1e-60)),
                1 / Math.Sqrt(1 + (length * length))
            );
            // clean + shrink (away + scale (noise − inner away / distance))
            WideRows.Combine(
                clean,
                at,
                shrink * (1 - (scale * inner / distance)),
                shrink * scale,
                ((float)box.Low, (float)box.High),
                _point
            );
            return _point;
        }
    }

    /// <summary>How often the last so many steps were wrong.</summary>
    private sealed class Share(int length)
    {
        private int _count;
        private int _hits;

        public bool IsFull => _count == length;

        public void Add(bool hit) => (_count, _hits) = (_count + 1, _hits + (hit ? 1 : 0));

        public double Take()
        {
            var share = _hits / (double)_count;
            (_count, _hits) = (0, 0);
            return share;
        }
    }
}
