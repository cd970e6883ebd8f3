using System.Diagnostics;
using Temper.Attacks;
using Temper.Numerics;
using Temper.Runs;

namespace Temper.Evaluation;

/// <summary>Runs one block of an attack and keeps it in the journal.</summary>
internal sealed class BlockRunner(EvaluationPlan plan, Journal journal, CancellationToken cancellation)
{
    /// <summary>The block as the journal has it; computed, and put there, where it has not.</summary>
    /// <param name="stage">The attack's name with its restart.</param>
    /// <param name="number">The block's number within the stage.</param>
    /// <param name="planned">The attack.</param>
    /// <param name="restart">The restart.</param>
    /// <param name="chunk">The examples.</param>
    /// <param name="rng">The stream.</param>
    /// <param name="kept">Whether the points of all examples that were broken are kept, and how many of those that were not.</param>
    /// <param name="block">The physical size of the block.</param>
    public JournalLine Run(
        string stage,
        int number,
        PlannedAttack planned,
        int restart,
        int[] chunk,
        Rng rng,
        (bool Broken, int Standing) kept,
        int block
    ) => journal.Find(stage, number) ?? Compute(stage, number, planned, restart, chunk, rng, kept, block);

    private JournalLine Compute(
        string stage,
        int number,
        PlannedAttack planned,
        int restart,
        int[] chunk,
        Rng rng,
        (bool Broken, int Standing) kept,
        int block
    )
    {
        var clock = Stopwatch.StartNew();
        var (_, result) = Blocks
            .Run(planned.Attack, restart, plan.Model, plan.Set, chunk, planned.Threat, rng, block, cancellation)
            .Single();
        using (result)
        {
            var elapsed = clock.Elapsed.TotalSeconds;
            var n = chunk.Length;
            var points = new Dictionary<int, string>();
            var rows = Enumerable.Range(0, n).ToLookup(i => result.Broken[i]);
            foreach (var i in rows[true].Where(_ => kept.Broken).Concat(rows[false].Take(kept.Standing)))
            {
                using var row = result.Inputs[i];
                points[i] = PointText.Write(Tensors.ToArray<float>(row));
            }
            var line = new JournalLine(
                stage,
                number,
                elapsed,
                chunk,
                result.Predictions[..n],
                result.Broken[..n],
                result.Distances[..n],
                result.Forwards[..n],
                result.Gradients[..n],
                points,
                result.Notices.Count > 0 ? result.Notices : null,
                Surrogate(result, n)
            )
            {
                Confidences = result.Confidences[..n],
            };
            journal.Add(line);
            return line;
        }
    }

    /// <summary>What the examples of a block cost on a surrogate, which sees as many passes for those that only fill it up.</summary>
    private static ManifestPasses? Surrogate(AttackResult result, int count)
    {
        var (forwards, gradients, rows) = (result.Surrogate.Forwards, result.Surrogate.Gradients, result.Broken.Length);
        return forwards + gradients == 0 ? null : new(forwards * count / rows, gradients * count / rows);
    }
}
