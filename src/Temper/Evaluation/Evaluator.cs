using System.Diagnostics;
using System.Runtime.InteropServices;
using Temper.Attacks;
using Temper.Numerics;
using Temper.Runs;

namespace Temper.Evaluation;

/// <summary>Runs the clean pass and the cascade of attacks, each on the examples still standing, and keeps the evidence.</summary>
/// <param name="plan">The plan.</param>
public sealed class Evaluator(EvaluationPlan plan)
{
    private const string CleanStage = "clean";
    private const int GalleryPerAttack = 8;

    private readonly Dictionary<int, Example> _examples = plan.Indices.ToDictionary(
        i => i,
        i => new Example(i, plan.Set.Labels[i], plan.Threat.Goal.Spares(plan.Set.Labels[i]))
    );
    private readonly IReadOnlyList<PlannedAttack> _cascade = plan.Cascade();
    private readonly List<AttemptRow> _attempts = [];
    private readonly List<GalleryItem> _gallery = [];

    /// <summary>Runs the evaluation.</summary>
    /// <param name="journalPath">Where finished blocks are kept; null for nowhere.</param>
    /// <param name="identity">A hash of what the evaluation is; a journal of another is refused.</param>
    /// <param name="resume">Whether to go on from the journal.</param>
    /// <param name="progress">Told after every block.</param>
    /// <param name="cancellation">Stops between blocks and between attack steps.</param>
    /// <returns>The evidence.</returns>
    public EvaluationOutcome Run(
        string? journalPath,
        string identity,
        bool resume,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation
    )
    {
        using var journal = journalPath is null ? Journal.None() : Journal.Open(journalPath, identity, resume);
        var cleanSeconds = Clean(journal, progress, cancellation);
        var attacks = _cascade.Select(a => Attack(a, journal, progress, cancellation)).ToArray();
        return new(
            [.. _examples.Values.OrderBy(e => e.Index).Select(e => e.ToRow())],
            _attempts,
            cleanSeconds,
            attacks,
            new Gallery(plan.Set.Channels, plan.Set.Height, plan.Set.Width, _gallery)
        );
    }

    private double Clean(Journal journal, IProgress<EvaluationProgress>? progress, CancellationToken cancellation)
    {
        var seconds = 0.0;
        var (number, done, standing) = (0, 0, 0);
        foreach (var chunk in plan.Indices.Chunk(plan.Block))
        {
            cancellation.ThrowIfCancellationRequested();
            var line = journal.Find(CleanStage, number);
            if (line is null)
            {
                var clock = Stopwatch.StartNew();
                var (_, predictions, broken) = Blocks
                    .Predict(plan.Model, plan.Set, chunk, plan.Block, plan.Threat.Goal, plan.Rng.Seed)
                    .Single();
                line = new(CleanStage, number, clock.Elapsed.TotalSeconds, chunk, predictions, broken, [], [], [], []);
                journal.Add(line);
            }
            for (var i = 0; i < line.Indices.Length; i++)
            {
                _examples[line.Indices[i]].SeeClean(line.Predictions[i], line.Broken[i]);
                standing += _examples[line.Indices[i]].Standing ? 1 : 0;
            }
            seconds += line.Seconds;
            number++;
            done += chunk.Length;
            progress?.Report(new(CleanStage, done, plan.Indices.Count, standing));
        }
        return seconds;
    }

    private AttackAccount Attack(
        PlannedAttack planned,
        Journal journal,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation
    )
    {
        var (account, shown, survivors) = (AttackAccount.Empty, 0, 0);
        var (name, attack) = (planned.Name, planned.Attack);
        // The attack's place in this evaluation keys its noise, so two instances of one attack differ.
        var rng = plan.Rng.Fork(planned.Asked);
        var rounds = attack.Rounds(plan.Model.Classes, plan.Threat.Goal);
        for (var restart = 0; restart < rounds; restart++)
        {
            var stage = rounds == 1 ? name : $"{name}/{restart}";
            int[] standing = [.. plan.Indices.Where(i => _examples[i].Standing)];
            var (number, done, left) = (0, 0, standing.Length);
            // What stands after this pass has withstood everything.
            var last = name == _cascade[^1].Name && restart == rounds - 1;
            foreach (var chunk in standing.Chunk(plan.Block))
            {
                var line =
                    journal.Find(stage, number)
                    ?? Compute(
                        stage,
                        number,
                        planned,
                        restart,
                        chunk,
                        rng,
                        journal,
                        (GalleryPerAttack - shown, last ? GalleryPerAttack - survivors : 0),
                        cancellation
                    );
                for (var i = 0; i < line.Indices.Length; i++)
                {
                    var example = _examples[line.Indices[i]];
                    example.SeeAttempt(name, line, i);
                    _attempts.Add(
                        new(
                            example.Index,
                            "cascade",
                            name,
                            restart,
                            line.Broken[i] ? "broken" : "standing",
                            line.Distances[i],
                            line.Forwards[i],
                            line.Gradients[i]
                        )
                    );
                    left -= line.Broken[i] ? 1 : 0;
                }
                foreach (var (row, point) in line.Points.OrderBy(p => p.Key))
                {
                    AddToGallery(name, line, row, point);
                    _ = line.Broken[row] ? shown++ : survivors++;
                }
                account = account.With(line);
                number++;
                done += chunk.Length;
                progress?.Report(new(stage, done, standing.Length, left));
            }
        }
        return account;
    }

    private JournalLine Compute(
        string stage,
        int number,
        PlannedAttack planned,
        int restart,
        int[] chunk,
        Rng rng,
        Journal journal,
        (int Broken, int Standing) wanted,
        CancellationToken cancellation
    )
    {
        var clock = Stopwatch.StartNew();
        var (_, result) = Blocks
            .Run(planned.Attack, restart, plan.Model, plan.Set, chunk, planned.Threat, rng, plan.Block, cancellation)
            .Single();
        using (result)
        {
            var elapsed = clock.Elapsed.TotalSeconds;
            var n = chunk.Length;
            var points = new Dictionary<int, string>();
            var rows = Enumerable.Range(0, n).ToLookup(i => result.Broken[i]);
            foreach (var i in rows[true].Take(wanted.Broken).Concat(rows[false].Take(wanted.Standing)))
            {
                using var row = result.Inputs[i];
                points[i] = Base64(Tensors.ToArray<float>(row));
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
            );
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

    private void AddToGallery(string name, JournalLine line, int row, string point)
    {
        var index = line.Indices[row];
        var clean = new float[plan.Set.ValuesPerExample];
        plan.Set.Copy(index, clean);
        var example = _examples[index];
        _gallery.Add(
            new(
                index,
                example.Label,
                example.CleanPrediction,
                line.Predictions[row],
                name,
                line.Distances[row],
                clean,
                MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(point)).ToArray()
            )
            {
                Kind = line.Broken[row] ? GalleryKind.Broken : GalleryKind.Survivor,
            }
        );
    }

    private static string Base64(float[] values) => Convert.ToBase64String(MemoryMarshal.AsBytes<float>(values));

    /// <summary>What is known about one example while the evaluation runs.</summary>
    private sealed class Example(int index, int label, bool isSpared)
    {
        private string? _brokenBy;
        private int? _adversarialPrediction;
        private double? _distance;
        private long _forwards;
        private long _gradients;

        public int Index => index;

        public int Label => label;

        public int CleanPrediction { get; private set; }

        public bool Standing => _brokenBy is null && !isSpared;

        public void SeeClean(int prediction, bool broken)
        {
            CleanPrediction = prediction;
            _forwards++;
            _brokenBy = broken ? CleanStage : null;
            _distance = broken ? 0 : null;
        }

        public void SeeAttempt(string attack, JournalLine line, int row)
        {
            _forwards += line.Forwards[row];
            _gradients += line.Gradients[row];
            if (line.Broken[row])
            {
                (_brokenBy, _adversarialPrediction, _distance) = (attack, line.Predictions[row], line.Distances[row]);
            }
        }

        public LedgerRow ToRow() =>
            new(index, label, CleanPrediction, _brokenBy, _adversarialPrediction, _distance, _forwards, _gradients);
    }
}
