using System.Diagnostics;
using System.Globalization;
using Temper.Attacks;
using Temper.Errors;

namespace Temper.Evaluation.Unseen;

/// <summary>Measures accuracy under threats that were not part of the threat model: other norms, larger budgets, rotations, patches, corruptions.</summary>
/// <remarks>What falls to a smaller size has fallen to a larger one that holds its points, and is not tried again.</remarks>
/// <param name="plan">The plan.</param>
public sealed class UnseenEvaluator(UnseenPlan plan)
{
    private readonly EvaluationPlan _evaluation = plan.Evaluation;
    private double _seconds;

    /// <summary>Measures the matrix.</summary>
    /// <param name="journalPath">Where finished blocks are kept; null for nowhere.</param>
    /// <param name="identity">A hash of what is measured; a journal of another is refused.</param>
    /// <param name="resume">Whether to go on from the journal.</param>
    /// <param name="progress">Told after every block.</param>
    /// <param name="cancellation">Stops between blocks and between attack steps.</param>
    /// <returns>The rows.</returns>
    public UnseenOutcome Run(
        string? journalPath,
        string identity,
        bool resume,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation
    )
    {
        using var journal = journalPath is null ? Journal.None() : Journal.Open(journalPath, identity, resume);
        var indices = plan.Indices();
        var (first, right) = Measure(plan.Clean(), indices, indices.Count, journal, progress, cancellation);
        List<UnseenRow> rows = [first];
        Dictionary<string, HashSet<int>> left = new(StringComparer.Ordinal);
        foreach (var threat in plan.Threats())
        {
            IReadOnlyList<int> standing = threat.HoldsClean
                ?
                [
                    .. right.Where(i =>
                        !threat.Known.Contains(i)
                        && threat.Within.All(t => !left.TryGetValue(t.Id, out var others) || others.Contains(i))
                    ),
                ]
                : indices;
            var (row, stand) = Row(threat, standing, indices.Count, journal, progress, cancellation);
            rows.Add(row);
            if (row.LeftOut.Length == 0)
            {
                left[threat.Id] = [.. stand];
            }
        }
        return new(rows, _seconds);
    }

    private (UnseenRow Row, IReadOnlyList<int> Standing) Row(
        UnseenThreat threat,
        IReadOnlyList<int> standing,
        int n,
        Journal journal,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation
    )
    {
        var why = threat.LeftOut;
        try
        {
            if (why is null)
            {
                return Measure(threat, standing, n, journal, progress, cancellation);
            }
        }
        catch (ModelException) when (threat.Family is UnseenRow.Norm or UnseenRow.Larger or UnseenRow.Patch)
        {
            // A model that answers, but gives no gradient after all.
            why = UnseenRow.NeedsGradients;
        }
        catch (ThreatException e)
        {
            why = CsvText(e.Message);
        }
        return (new(threat.Family, threat.Name, threat.Setting, 0, 0, 0, 0, why), standing);
    }

    private (UnseenRow Row, IReadOnlyList<int> Standing) Measure(
        UnseenThreat threat,
        IReadOnlyList<int> standing,
        int n,
        Journal journal,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation
    )
    {
        var (forwards, gradients) = (0L, 0L);
        foreach (var (number, step) in threat.Steps.Index())
        {
            var stage = string.Create(CultureInfo.InvariantCulture, $"{threat.Id}/{number}");
            var (total, done) = (standing.Count, 0);
            List<int> left = [];
            foreach (var (block, chunk) in standing.Chunk(plan.Block).Index())
            {
                cancellation.ThrowIfCancellationRequested();
                var line = journal.Find(stage, block);
                if (line is null)
                {
                    line = Compute(stage, block, chunk, step, cancellation);
                    journal.Add(line);
                }
                done += chunk.Length;
                _seconds += line.Seconds;
                forwards += line.Forwards.Sum();
                gradients += line.Gradients.Sum();
                left.AddRange(line.Indices.Where((_, row) => !line.Broken[row]));
                progress?.Report(new(threat.Stage, done, total, total - done + left.Count));
            }
            standing = left;
        }
        return (new(threat.Family, threat.Name, threat.Setting, n, standing.Count, forwards, gradients), standing);
    }

    private JournalLine Compute(string stage, int block, int[] chunk, UnseenStep step, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        using var batch = Blocks.Fill(_evaluation.Set, chunk, plan.Block, _evaluation.Model.Device);
        var trial = step.Try(batch, cancellation);
        var n = chunk.Length;
        return new(
            stage,
            block,
            clock.Elapsed.TotalSeconds,
            chunk,
            trial.Predictions[..n],
            trial.Wrong[..n],
            [],
            trial.Forwards[..n],
            trial.Gradients[..n],
            []
        );
    }

    /// <summary>A message as a field of the table.</summary>
    private static string CsvText(string message) =>
        string.Concat(message.Select(c => c is ',' or '"' || char.IsControl(c) ? ';' : c));
}
