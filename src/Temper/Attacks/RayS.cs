using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Models;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

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
        var (signs, size) = (Enumerable.Repeat(1f, inquiry.Clean.Length).ToArray(), inquiry.Geometry.Box.Width);
        foreach (var proposed in Proposals(() => signs).TakeWhile(_ => inquiry.Left > 0))
        {
            var point = At(inquiry, proposed, size);
            yield return point;
            if (!inquiry.Wrong[0])
            {
                continue;
            }
            inquiry.Keep(point);
            signs = proposed;
            var low = 0.0;
            while (inquiry.Left > 0 && size - low > options.Tolerance * inquiry.Geometry.Box.Width)
            {
                var middle = (low + size) / 2;
                point = At(inquiry, signs, middle);
                yield return point;
                if (inquiry.Wrong[0])
                {
                    inquiry.Keep(point);
                    size = middle;
                }
                else
                {
                    low = middle;
                }
            }
        }
    }

    /// <summary>The signs themselves, then with blocks turned: all, each half, each quarter, down to single values, and again.</summary>
    private static IEnumerable<float[]> Proposals(Func<float[]> signs)
    {
        yield return signs();
        for (var blocks = 1; ; blocks = blocks < signs().Length ? Math.Min(2 * blocks, signs().Length) : 1)
        {
            for (var block = 0; block < blocks; block++)
            {
                yield return Turned(signs(), block, blocks);
            }
        }
    }

    private static float[] Turned(float[] signs, int block, int blocks)
    {
        var turned = signs.ToArray();
        var (from, to) = ((long)signs.Length * block / blocks, (long)signs.Length * (block + 1) / blocks);
        for (var i = from; i < to; i++)
        {
            turned[i] = -turned[i];
        }
        return turned;
    }

    private static float[] At(Inquiry inquiry, float[] signs, double size)
    {
        var (clean, box) = (inquiry.Clean, inquiry.Geometry.Box);
        var point = new float[clean.Length];
        for (var i = 0; i < point.Length; i++)
        {
            point[i] = Math.Clamp((float)(clean[i] + (signs[i] * size)), (float)box.Low, (float)box.High);
        }
        return point;
    }
}
