using System.Diagnostics;
using System.Globalization;
using Temper.Attacks;
using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Evaluation;

/// <summary>
/// Measures accuracy at rising budgets with one attack. What is broken at a smaller budget is broken at every larger one,
/// whose ball contains the point; only survivors are attacked further. So is what the evaluation broke within that distance.
/// </summary>
/// <param name="plan">The plan.</param>
public sealed class CurveEvaluator(CurvePlan plan)
{
    /// <summary>The number of smallest perturbations kept.</summary>
    private const int Kept = 8;

    private readonly EvaluationPlan _evaluation = plan.Evaluation;
    private readonly Attack _attack = plan.Evaluation.Attacks.Single(a => a.Name == plan.Attack).Attack;
    private readonly Dictionary<int, int> _cleanPredictions = [];
    private readonly List<GalleryItem> _found = [];
    private double _seconds;

    /// <summary>Runs the curve.</summary>
    /// <param name="journalPath">Where finished blocks are kept; null for nowhere.</param>
    /// <param name="identity">A hash of what the curve is; a journal of another is refused.</param>
    /// <param name="resume">Whether to go on from the journal.</param>
    /// <param name="progress">Told after every block.</param>
    /// <param name="cancellation">Stops between blocks and between attack steps.</param>
    /// <returns>The curve.</returns>
    public CurveOutcome Run(
        string? journalPath,
        string identity,
        bool resume,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation
    )
    {
        using var journal = journalPath is null ? Journal.None() : Journal.Open(journalPath, identity, resume);
        var indices = plan.Indices();
        var standing = Clean(indices, journal);
        List<CurveRow> rows = [new(0, indices.Count, standing.Count, CurveRow.Clean, indices.Count, 0)];
        var rounds = _attack.Rounds(_evaluation.Model.Classes, _evaluation.Threat.Goal);
        var number = 0;
        foreach (var budget in plan.Steps())
        {
            // Whether points are kept depends on the budgets before alone, so a resumed curve keeps the same.
            var keep = _found.Count < Kept;
            var (forwards, gradients) = (0L, 0L);
            number++;
            standing = [.. standing.Where(i => !(plan.Known.TryGetValue(i, out var distance) && distance <= budget))];
            for (var restart = 0; restart < rounds; restart++)
            {
                var stage = string.Create(CultureInfo.InvariantCulture, $"{number}/{restart}");
                var total = standing.Count;
                var (block, done) = (0, 0);
                List<int> left = [];
                foreach (var chunk in standing.Chunk(_evaluation.Block))
                {
                    cancellation.ThrowIfCancellationRequested();
                    var line = journal.Find(stage, block);
                    if (line is null)
                    {
                        line = Compute(stage, block, budget, number, restart, chunk, keep, cancellation);
                        journal.Add(line);
                    }
                    block++;
                    done += chunk.Length;
                    _seconds += line.Seconds;
                    forwards += line.Forwards.Sum();
                    gradients += line.Gradients.Sum();
                    left.AddRange(line.Indices.Where((_, row) => !line.Broken[row]));
                    Keep(line, budget);
                    progress?.Report(new(CurvePlan.Stage(budget), done, total, total - done + left.Count));
                }
                standing = left;
            }
            rows.Add(new(budget, indices.Count, standing.Count, plan.Attack, forwards, gradients));
        }
        return new(rows, [.. _found.OrderBy(i => i.Distance).ThenBy(i => i.Index).Take(Kept)], _seconds);
    }

    private List<int> Clean(IReadOnlyList<int> indices, Journal journal)
    {
        List<int> standing = [];
        foreach (var (block, chunk) in indices.Chunk(_evaluation.Block).Index())
        {
            var line = journal.Find(CurveRow.Clean, block);
            if (line is null)
            {
                var clock = Stopwatch.StartNew();
                var (goal, seed) = (_evaluation.Threat.Goal, _evaluation.Rng.Seed);
                var (_, predictions, broken, _) = Blocks
                    .Predict(_evaluation.Model, _evaluation.Set, chunk, _evaluation.Block, goal, seed)
                    .Single();
                var seconds = clock.Elapsed.TotalSeconds;
                line = new(CurveRow.Clean, block, seconds, chunk, predictions, broken, [], [], [], []);
                journal.Add(line);
            }
            _seconds += line.Seconds;
            for (var row = 0; row < line.Indices.Length; row++)
            {
                _cleanPredictions[line.Indices[row]] = line.Predictions[row];
            }
            standing.AddRange(line.Indices.Where((_, row) => !line.Broken[row]));
        }
        return standing;
    }

    private JournalLine Compute(
        string stage,
        int block,
        double budget,
        int number,
        int restart,
        int[] chunk,
        bool keep,
        CancellationToken cancellation
    )
    {
        var clock = Stopwatch.StartNew();
        var threat = plan.At(budget);
        var rng = _evaluation.Rng.Fork(string.Create(CultureInfo.InvariantCulture, $"curve/{number}"));
        var size = _evaluation.Block;
        var (model, set) = (_evaluation.Model, _evaluation.Set);
        var (_, result) = Blocks.Run(_attack, restart, model, set, chunk, threat, rng, size, cancellation).Single();
        using (result)
        {
            var n = chunk.Length;
            var (predictions, distances, forwards) = (result.Predictions, result.Distances, result.Forwards[..n]);
            Dictionary<int, string> points = [];
            int[] broken = [.. Enumerable.Range(0, n).Where(i => result.Broken[i])];
            var epsilon = _evaluation.Threat.Epsilon.Value;
            var told = CurvePlan.Stage(budget);
            // A point within a smaller budget is a point of the threat model; so is one of a larger budget that lies as near.
            int[] near = [.. broken.Where(row => budget <= epsilon || distances[row] <= epsilon)];
            Tell(told, block, chunk, (result.Inputs, predictions, result.Broken, distances), near);
            if (keep && broken.Length > 0)
            {
                using var batch = Blocks.Fill(set, chunk, size, model.Device);
                var shortened = Shortening.Run(model, batch, result.Inputs, result.Targets, threat);
                using var shown = shortened.Points;
                (predictions, distances) = (shortened.Predictions, shortened.Distances);
                var nearer = broken.Except(near).Where(row => shortened.Distances[row] <= epsilon);
                Tell(told, block, chunk, (shown, predictions, result.Broken, distances), nearer);
                foreach (var row in broken)
                {
                    forwards[row] += Shortening.Forwards;
                }
                foreach (var row in broken.OrderBy(i => distances[i]).ThenBy(i => chunk[i]).Take(Kept))
                {
                    using var point = shown[row];
                    points[row] = PointText.Write(Tensors.ToArray<float>(point));
                }
            }
            return new(
                stage,
                block,
                clock.Elapsed.TotalSeconds,
                chunk,
                predictions[..n],
                result.Broken[..n],
                distances[..n],
                forwards,
                result.Gradients[..n],
                points
            );
        }
    }

    /// <summary>Tells of points that the evaluation has not seen; told before the block is kept, so that a run that stops here stops again.</summary>
    private void Tell(
        string stage,
        int block,
        int[] chunk,
        (Tensor Points, int[] Predictions, bool[] Broken, double[] Distances) found,
        IEnumerable<int> rows
    ) =>
        _evaluation.Tell(
            plan.Attack,
            new(stage, block, 0, chunk, found.Predictions, found.Broken, found.Distances, [], [], []),
            found.Points,
            rows
        );

    private void Keep(JournalLine line, double budget)
    {
        foreach (var (row, point) in line.Points.OrderBy(p => p.Key))
        {
            var index = line.Indices[row];
            var clean = new float[_evaluation.Set.ValuesPerExample];
            _evaluation.Set.Copy(index, clean);
            _found.Add(
                new(
                    index,
                    _evaluation.Set.Labels[index],
                    _cleanPredictions[index],
                    line.Predictions[row],
                    plan.Attack,
                    line.Distances[row],
                    clean,
                    PointText.Read(point, clean.Length)
                )
                {
                    Kind = GalleryKind.Smallest,
                    Budget = budget,
                }
            );
        }
    }
}
