using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>Asks about points drawn at random, for each example until one is wrong.</summary>
internal static class RandomPoints
{
    /// <summary>Runs the search.</summary>
    /// <param name="context">The batch; labels suffice.</param>
    /// <param name="most">The points of an example at most.</param>
    /// <param name="draw">Draws a point around each of some rows: their clean inputs, the rows, the query.</param>
    /// <returns>Per example the first wrong point, else the last one drawn; the caller owns it.</returns>
    public static Tensor Run(AttackContext context, int most, Func<Tensor, int[], int, Tensor> draw)
    {
        var points = Tensors.ToArray<float>(context.Clean);
        var firsts = context.FirstRows();
        var width = firsts.Length == 0 ? 0 : points.Length / firsts.Length;
        int[] standing = [.. firsts.Distinct()];
        // Training takes the first draw: whether it is wrong is not asked.
        for (var query = 0; query < (context.KeepBest ? most : 1) && standing.Length > 0; query++)
        {
            List<int> left = [];
            // Pieces of one size, the last filled up: a draw does not depend on how many others still stand.
            foreach (var rows in standing.Chunk(AttackContext.Piece))
            {
                context.Cancellation.ThrowIfCancellationRequested();
                var drawn = Drawn(context, rows, query, draw).AsSpan(0, rows.Length * width).ToArray();
                for (var i = 0; i < rows.Length; i++)
                {
                    drawn.AsSpan(i * width, width).CopyTo(points.AsSpan(rows[i] * width));
                }
                if (context.KeepBest)
                {
                    left.AddRange(rows.Zip(context.Wrong(drawn, rows)).Where(p => !p.Second).Select(p => p.First));
                }
            }
            standing = [.. left];
        }
        for (var row = 0; row < firsts.Length; row++)
        {
            points.AsSpan(firsts[row] * width, width).CopyTo(points.AsSpan(row * width));
        }
        return tensor(points, context.Clean.shape, device: context.Clean.device);
    }

    /// <summary>Legal points in float64, so that what is asked about is what is verified.</summary>
    private static float[] Drawn(AttackContext context, int[] rows, int query, Func<Tensor, int[], int, Tensor> draw)
    {
        using var scope = NewDisposeScope();
        int[] filled = [.. Enumerable.Range(0, AttackContext.Piece).Select(i => rows[Math.Min(i, rows.Length - 1)])];
        var places = tensor(filled.Select(row => (long)row).ToArray(), device: context.Clean.device);
        var clean = context.Clean.index_select(0, places);
        return Tensors.ToArray<float>(context.Threat.Project(draw(clean, filled, query), clean));
    }
}
