using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>The Square attack: a random search that changes whole windows of the input and needs scores only.</summary>
/// <remarks>
/// Andriushchenko et al. 2020, algorithms 1 to 3, with the margin as loss. Every example has windows and signs of its own,
/// keyed by its canonical index, the restart and the query, and is asked about until it is wrong: what else is attacked
/// with it changes nothing. Cost per example and restart: at most <c>queries</c> + 1 forwards (one verifies), no gradient.
/// </remarks>
[Component(
    "square",
    "Random search over windows; needs scores only",
    "Andriushchenko et al. 2020, Square Attack: a query-efficient black-box adversarial attack via random search"
)]
public sealed class Square(Square.Options options) : Attack(options)
{
    /// <summary>Queries after which the window's share of the image halves, for 10,000 queries in all.</summary>
    private static readonly int[] Halvings = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000];

    private const double ScheduleLength = 10_000;

    // Below so many values a second thread costs more than it brings.
    private const int RowsWorth = 1 << 14;

    /// <summary>Options of the attack.</summary>
    public sealed record Options : AttackOptions
    {
        /// <summary>Gets the number of queries per restart.</summary>
        [System.ComponentModel.Description("queries of scores per example and restart; it ends earlier once wrong")]
        [Range(1, 1_000_000)]
        public int Queries { get; init; } = 5000;

        /// <summary>Gets the share of the image that the first windows cover.</summary>
        [System.ComponentModel.Description("share of the image that the first windows cover")]
        [Range(0d, 1d, MinimumIsExclusive = true)]
        public double PInit { get; init; } = 0.8;

        /// <summary>Gets whether the schedule of the windows is stretched to the number of queries.</summary>
        [System.ComponentModel.Description(
            "stretch the schedule of 10000 queries, by which windows shrink, to the queries there are; AutoAttack does not"
        )]
        public bool Rescale { get; init; }
    }

    /// <inheritdoc/>
    public override PassCeiling? Ceiling(int classes) => new(options.Queries + 1, 0);

    /// <inheritdoc/>
    public override Access Needs => Access.Scores;

    /// <inheritdoc/>
    public override bool Supports(ThreatModel threat) => threat.HasWindows;

    /// <inheritdoc/>
    protected override bool CanAim => true;

    /// <inheritdoc/>
    protected override AttackLoss Loss => Margin.Instance;

    /// <summary>The share of the image that a window covers at a query.</summary>
    /// <param name="query">The query; 0 is the start.</param>
    internal double Share(int query)
    {
        var place = options.Rescale ? query / (double)options.Queries * ScheduleLength : query;
        return options.PInit / (1 << Halvings.Count(h => place > h));
    }

    /// <inheritdoc/>
    protected override Tensor Core(AttackContext context)
    {
        using var scope = NewDisposeScope();
        var clean = Tensors.ToArray<float>(context.Clean);
        var points = clean.ToArray();
        var firsts = context.FirstRows();
        if (firsts.Length > 0)
        {
            var width = clean.Length / firsts.Length;
            Search(context, (clean, points, width), [.. firsts.Distinct()]);
            for (var row = 0; row < firsts.Length; row++)
            {
                points.AsSpan(firsts[row] * width, width).CopyTo(points.AsSpan(row * width));
            }
        }
        return tensor(points, context.Clean.shape, device: context.Clean.device).MoveToOuterDisposeScope();
    }

    private void Search(AttackContext context, (float[] Clean, float[] Points, int Width) rows, int[] standing)
    {
        var best = Enumerable.Repeat(float.NegativeInfinity, context.Examples.Length).ToArray();
        var proposed = new float[standing.Length * rows.Width];
        // Moves have memory of their own, so each thread has its own.
        var moves = Enumerable.Range(0, get_num_threads()).Select(_ => context.WindowMoves()).ToArray();
        for (var query = 0; query < options.Queries && standing.Length > 0; query++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            Propose(context, moves, rows, standing, query, proposed);
            var margins = context.Margins(proposed.AsSpan(0, standing.Length * rows.Width), standing);
            List<int> left = [];
            for (var i = 0; i < standing.Length; i++)
            {
                // Not (margin < 0) rather than margin >= 0: a NaN is wrong.
                var wrong = !(margins[i] < 0);
                if (wrong || margins[i] > best[standing[i]])
                {
                    best[standing[i]] = margins[i];
                    proposed.AsSpan(i * rows.Width, rows.Width).CopyTo(rows.Points.AsSpan(standing[i] * rows.Width));
                }
                if (!wrong)
                {
                    left.Add(standing[i]);
                }
            }
            standing = [.. left];
        }
    }

    /// <summary>Writes the points of one query, of the examples that stand.</summary>
    private void Propose(
        AttackContext context,
        WindowMoves[] moves,
        (float[] Clean, float[] Points, int Width) rows,
        int[] standing,
        int query,
        float[] proposed
    )
    {
        var count = query == 0 ? moves[0].StartDraws : moves[0].MoveDraws;
        var draws = context.Draws(standing, count, query);
        var share = Share(query);
        ThreadTeam.Run(
            Math.Min(moves.Length, standing.Length * (long)rows.Width / RowsWorth),
            (member, members) =>
            {
                var first = standing.Length * member / members;
                for (var i = first; i < standing.Length * (member + 1) / members; i++)
                {
                    var clean = rows.Clean.AsSpan(standing[i] * rows.Width, rows.Width);
                    var point = proposed.AsSpan(i * rows.Width, rows.Width);
                    var mine = draws.AsSpan(i * count, count);
                    if (query == 0)
                    {
                        moves[member].Start(clean, point, mine);
                    }
                    else
                    {
                        rows.Points.AsSpan(standing[i] * rows.Width, rows.Width).CopyTo(point);
                        moves[member].Move(clean, point, mine, share);
                    }
                }
            }
        );
    }
}
