using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Temper.Attacks;

/// <summary>RayS: searches the signs of a perturbation whose values are all of one size, and the least size, from verdicts alone.</summary>
/// <remarks>
/// Chen and Gu 2020, algorithms 1 to 3: the signs of ever smaller blocks are turned; a turn counts where the point is still wrong at
/// the best size so far, and is followed by a bisection of the size. It needs no start. Cost per example and restart: at most
/// <c>queries</c> + 1 forwards, no gradient.
/// </remarks>
[Component(
    "rays",
    "Search over signs of blocks; needs labels only",
    "Chen and Gu 2020, RayS: a ray searching method for hard-label adversarial attack"
)]
public sealed class RayS(RayS.Options options) : Attack(options)
{
    /// <summary>Options of the attack.</summary>
    public sealed record Options : AttackOptions
    {
        /// <summary>Gets the number of queries per restart.</summary>
        [System.ComponentModel.Description("queries of labels per example and restart")]
        [Range(1, 1_000_000)]
        public int Queries { get; init; } = 5000;

        /// <summary>Gets how exactly the size of a perturbation is found.</summary>
        [System.ComponentModel.Description("difference of sizes at which a bisection ends, as a share of the box")]
        [Range(0d, 0.1, MinimumIsExclusive = true)]
        public double Tolerance { get; init; } = 0.001;
    }

    /// <inheritdoc/>
    public override PassCeiling? Ceiling(int classes) => new(options.Queries + 1, 0);

    /// <inheritdoc/>
    public override Access Needs => Access.Labels;

    /// <inheritdoc/>
    protected override bool SeeksMinimum => true;

    /// <inheritdoc/>
    /// <remarks>Where all values of a perturbation are of one size, the ball is a cube.</remarks>
    public override bool Supports(ThreatModel threat) => threat.Boundary is { IsRound: false };

    /// <inheritdoc/>
    protected override AttackLoss Loss => Margin.Instance;

    /// <inheritdoc/>
    protected override Tensor Core(AttackContext context) => Inquiries.Run(context, options.Queries, Search);

    private IEnumerable<float[]> Search(Inquiry inquiry)
    {
        var (signs, size) = (new float[inquiry.Clean.Length], inquiry.Geometry.Box.Width);
        var points = new Points(inquiry, signs);
        signs.AsSpan().Fill(1);
        foreach (var block in Blocks(signs.Length).TakeWhile(_ => inquiry.Left > 0))
        {
            var turned = signs.AsMemory(block);
            TensorPrimitives.Negate(turned.Span, turned.Span);
            yield return points.At(size);
            if (!inquiry.Wrong[0])
            {
                TensorPrimitives.Negate(turned.Span, turned.Span);
                continue;
            }
            points.Keep();
            var low = 0.0;
            while (inquiry.Left > 0 && size - low > options.Tolerance * inquiry.Geometry.Box.Width)
            {
                var middle = (low + size) / 2;
                yield return points.At(middle);
                if (inquiry.Wrong[0])
                {
                    points.Keep();
                    size = middle;
                }
                else
                {
                    low = middle;
                }
            }
        }
    }

    /// <summary>The blocks whose signs are turned in turn: none, then all, each half, each quarter, down to single values, and again.</summary>
    private static IEnumerable<Range> Blocks(int values)
    {
        yield return 0..0;
        for (var blocks = 1; ; blocks = blocks < values ? Math.Min(2 * blocks, values) : 1)
        {
            for (var block = 0; block < blocks; block++)
            {
                yield return (int)((long)values * block / blocks)..(int)((long)values * (block + 1) / blocks);
            }
        }
    }

    /// <summary>The points of one search; the memory of one that is not kept serves the next.</summary>
    private sealed class Points(Inquiry inquiry, float[] signs)
    {
        private float[] _point = new float[signs.Length];

        /// <summary>The point at a size along the signs.</summary>
        public float[] At(double size)
        {
            var box = inquiry.Geometry.Box;
            WideRows.Along(inquiry.Clean, signs, size, ((float)box.Low, (float)box.High), _point);
            return _point;
        }

        /// <summary>Keeps the point handed out last.</summary>
        public void Keep()
        {
            inquiry.Keep(_point);
            _point = new float[signs.Length];
        }
    }
}
