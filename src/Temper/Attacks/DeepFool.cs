using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Numerics;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>DeepFool: steps to the nearest linearised boundary until the model is wrong.</summary>
/// <remarks>
/// Moosavi-Dezfooli et al. 2016, algorithm 2, in L∞ and L2. Each move is the shortest to the nearest boundary as if there were no
/// box, lengthened by the overshoot; what leaves the box is cut off. Where much of each move is, the boundary would be neared and
/// never crossed, so a move goes on for a thousandth of the way come so far. Moves that keep within the box would drive whole
/// images to its faces where a linear model is wrong only far away. What is found is near the boundary but seldom the nearest wrong
/// point. An example costs nothing any more once it is wrong: at most <c>steps</c> times <c>candidates</c> gradients and
/// <c>steps</c> + 3 forwards per restart.
/// </remarks>
[Component(
    "deepfool",
    "DeepFool: steps to the nearest linearised boundary, in the threat's norm",
    "Moosavi-Dezfooli et al. 2016, DeepFool: a simple and accurate method to fool deep neural networks"
)]
public sealed class DeepFool(DeepFool.Options options) : Attack(options)
{
    /// <summary>Options of the attack.</summary>
    public sealed record Options : AttackOptions
    {
        /// <summary>Gets the largest number of steps.</summary>
        [System.ComponentModel.Description("steps at most")]
        [Range(1, 100_000)]
        public int Steps { get; init; } = 50;

        /// <summary>Gets the number of wrong classes looked at, those that score best on the clean input.</summary>
        [System.ComponentModel.Description("wrong classes looked at, those that score best on the clean input")]
        [Range(1, 10_000)]
        public int Candidates { get; init; } = 10;

        /// <summary>Gets the share by which the perturbation is lengthened.</summary>
        [System.ComponentModel.Description("share by which the perturbation is lengthened")]
        [Range(0d, 10d)]
        public double Overshoot { get; init; } = 0.02;
    }

    private const double Beyond = 1e-3;
    private const double Least = 1e-6;

    private static readonly PixelRange Everywhere = new(-1e9f, 1e9f);

    /// <inheritdoc/>
    protected override bool BeginsAlike => true;

    /// <inheritdoc/>
    protected override AttackLoss Loss => Margin.Instance;

    /// <inheritdoc/>
    public override PassCeiling? Ceiling(int classes) =>
        new(options.Steps + 4, (long)options.Steps * options.Candidates);

    /// <inheritdoc/>
    protected override bool SeeksMinimum => true;

    /// <inheritdoc/>
    public override bool Supports(ThreatModel threat) => threat is LinfThreat or L2Threat;

    /// <inheritdoc/>
    protected override Tensor Core(AttackContext context)
    {
        using var scope = NewDisposeScope();
        using var nearest = new NearestWrong(context);
        var (geometry, box) = (NormGeometry.Of(context.Threat, Id), context.Threat.Box);
        var classes = Classes(context);
        var firsts = context.FirstRows();
        int[] standing = [.. firsts.Distinct()];
        var clean = context.Clean.flatten(1);
        var x = clean.clone();
        var logits = zeros([x.shape[0], context.Model.Classes], device: x.device);
        for (var step = 0; step < options.Steps && standing.Length > 0; step++)
        {
            using var inner = NewDisposeScope();
            var (scores, gaps, slopes) = ScoreGaps.OfRows(context, x, classes, standing);
            var places = Left(scores, standing, ref standing);
            if (standing.Length == 0)
            {
                break;
            }
            var (gap, slope) = ScoreGaps.Nearest(
                geometry,
                gaps.index_select(0, places),
                slopes.index_select(0, places)
            );
            var rows = Indices(standing);
            var from = x.index_select(0, rows);
            var way = context.Threat.Distance(from, clean.index_select(0, rows)).to(ScalarType.Float32).unsqueeze(1);
            var beyond = gap - (geometry.DualLength(slope) * ((way * Beyond) + (Least * box.Width)));
            var moves = ScoreGaps.MovesToBoundary(geometry, Everywhere, from, beyond, slope);
            x.index_copy_(0, rows, (from + (moves * (1 + options.Overshoot))).clamp_(box.Low, box.High));
        }
        if (standing.Length > 0)
        {
            using var inner = NewDisposeScope();
            var (scores, _, _) = ScoreGaps.OfRows(context, x, classes.narrow(1, 0, 0), standing);
            _ = Left(scores, standing, ref standing);
        }
        // A block is filled up by repeating an example.
        return nearest.Points().index_select(0, Indices(firsts)).MoveToOuterDisposeScope();

        // Offers the points of the rows; gives the places, among the rows, of those that are still right.
        Tensor Left(Tensor scores, int[] rows, ref int[] left)
        {
            logits.index_copy_(0, Indices(rows), scores);
            var wrong = Tensors.ToArray<bool>(nearest.Offer(x, logits));
            int[] places = [.. Enumerable.Range(0, rows.Length).Where(i => !wrong[rows[i]])];
            left = [.. places.Select(i => rows[i])];
            return Indices(places);
        }

        Tensor Indices(int[] rows) => tensor([.. rows.Select(row => (long)row)], device: x.device);
    }

    private Tensor Classes(AttackContext context)
    {
        using var scope = NewDisposeScope();
        var wrong = ScoreGaps.WrongClasses(context.Labels, context.Model.Classes);
        if (options.Candidates >= context.Model.Classes - 1)
        {
            return wrong.MoveToOuterDisposeScope();
        }
        var scores = context.Model.Logits(context.Clean).nan_to_num().gather(1, wrong);
        var ranked = wrong.gather(1, scores.argsort(1, descending: true));
        return ranked.narrow(1, 0, options.Candidates).MoveToOuterDisposeScope();
    }
}
