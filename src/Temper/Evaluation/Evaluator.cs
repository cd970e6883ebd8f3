using System.Diagnostics;
using Temper.Attacks;
using Temper.Evaluation.Foretelling;
using Temper.Evaluation.Probing;

namespace Temper.Evaluation;

/// <summary>Runs the clean pass, the probes, and the cascade of attacks, each on the examples still standing, and keeps the evidence.</summary>
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
    private readonly List<(string Probe, JournalLine Line, int Row)> _found = [];

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
    ) => RunPaced(journalPath, identity, resume, new Pace(plan, [], progress), cancellation);

    /// <summary>Runs the evaluation as part of a larger work, whose pace is told.</summary>
    internal EvaluationOutcome RunPaced(
        string? journalPath,
        string identity,
        bool resume,
        Pace pace,
        CancellationToken cancellation
    )
    {
        using var journal = journalPath is null ? Journal.None() : Journal.Open(journalPath, identity, resume);
        var cleanSeconds = Clean(journal, pace, cancellation);
        var runner = new BlockRunner(plan, journal, cancellation);
        int[] probed = [.. plan.Probed().Where(i => _examples[i].Standing)];
        pace.Begin(cleanSeconds, probed.Length, plan.Indices.Count(i => _examples[i].Standing));
        var probes = new ProbeStage(plan, runner, pace);
        var probeAccounts = plan.Probes.Select(p => probes.Run(p, probed, (restart, line) => See(p, restart, line)));
        AttackAccount[] probing = [.. probeAccounts];
        var attacks = _cascade.Select(a => Attack(a, runner, pace)).ToArray();
        pace.EndedAll();
        foreach (var (probe, line, row) in _found)
        {
            _examples[line.Indices[row]].SeeProbe(probe, line, row);
        }
        return new(
            [.. _examples.Values.OrderBy(e => e.Index).Select(e => e.ToRow())],
            _attempts,
            cleanSeconds,
            attacks,
            new Gallery(plan.Set.Channels, plan.Set.Height, plan.Set.Width, _gallery)
        )
        {
            Probes = probing,
            Points = Points(),
        };
    }

    private BrokenPoints? Points()
    {
        var set = plan.Set;
        (long, string)[] found =
        [
            .. _examples.Values.Where(e => e.Point is not null).OrderBy(e => e.Index).Select(e => (e.Index, e.Point!)),
        ];
        return BrokenPoints.Fit(found.Length, set.ValuesPerExample)
            ? BrokenPoints.Of([set.Channels, set.Height, set.Width], found)
            : null;
    }

    private void See(Probe probe, int restart, JournalLine line)
    {
        for (var row = 0; row < line.Indices.Length; row++)
        {
            _attempts.Add(Attempt(AttemptRow.Probe, probe.Name, restart, line, row));
            _examples[line.Indices[row]].Pay(line, row);
            if (line.Broken[row] && plan.Counts(probe))
            {
                _found.Add((probe.Name, line, row));
                plan.WhenBroken?.Invoke(probe.Name, line, row);
            }
        }
    }

    private static AttemptRow Attempt(string phase, string name, int restart, JournalLine line, int row) =>
        new(
            line.Indices[row],
            phase,
            name,
            restart,
            line.Broken[row] ? AttemptRow.Broken : AttemptRow.Standing,
            line.Distances[row],
            line.Forwards[row],
            line.Gradients[row]
        );

    private double Clean(Journal journal, Pace pace, CancellationToken cancellation)
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
                var (_, predictions, broken, confidences) = Blocks
                    .Predict(plan.Model, plan.Set, chunk, plan.Block, plan.Threat.Goal, plan.Rng.Seed)
                    .Single();
                line = new(CleanStage, number, clock.Elapsed.TotalSeconds, chunk, predictions, broken, [], [], [], [])
                {
                    Confidences = confidences,
                };
                journal.Add(line);
            }
            for (var i = 0; i < line.Indices.Length; i++)
            {
                _examples[line.Indices[i]].SeeClean(line, i);
                standing += _examples[line.Indices[i]].Standing ? 1 : 0;
            }
            seconds += line.Seconds;
            number++;
            done += chunk.Length;
            pace.Report(new(CleanStage, done, plan.Indices.Count, standing));
        }
        return seconds;
    }

    private AttackAccount Attack(PlannedAttack planned, BlockRunner runner, Pace pace)
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
                var kept = (true, last ? GalleryPerAttack - survivors : 0);
                var line = runner.Run(stage, number, planned, restart, chunk, rng, kept, plan.Block);
                for (var i = 0; i < line.Indices.Length; i++)
                {
                    var example = _examples[line.Indices[i]];
                    example.SeeAttempt(name, line, i);
                    _attempts.Add(Attempt(AttemptRow.Cascade, name, restart, line, i));
                    if (line.Broken[i])
                    {
                        left--;
                        plan.WhenBroken?.Invoke(name, line, i);
                    }
                }
                foreach (var (row, point) in line.Points.OrderBy(p => p.Key))
                {
                    if (line.Broken[row] && shown == GalleryPerAttack)
                    {
                        continue;
                    }
                    AddToGallery(name, line, row, point);
                    _ = line.Broken[row] ? shown++ : survivors++;
                }
                account = account.With(line);
                number++;
                done += chunk.Length;
                pace.Finished(
                    name,
                    line,
                    restart + (done / (double)standing.Length),
                    new(stage, done, standing.Length, left)
                );
            }
        }
        pace.Ended(name, counts: true, 0, 0);
        return account;
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
                PointText.Read(point, clean.Length)
            )
            {
                Kind = line.Broken[row] ? GalleryKind.Broken : GalleryKind.Survivor,
            }
        );
    }

    /// <summary>What is known about one example while the evaluation runs.</summary>
    private sealed class Example(int index, int label, bool isSpared)
    {
        private string? _brokenBy;
        private int? _adversarialPrediction;
        private double? _distance;
        private long _forwards;
        private long _gradients;
        private double? _cleanConfidence;
        private double? _attackedConfidence;

        public int Index => index;

        public int Label => label;

        public int CleanPrediction { get; private set; }

        /// <summary>Gets the point that broke it.</summary>
        public string? Point { get; private set; }

        public bool Standing => _brokenBy is null && !isSpared;

        public void SeeClean(JournalLine line, int row)
        {
            var broken = line.Broken[row];
            CleanPrediction = line.Predictions[row];
            _cleanConfidence = line.Confidences?[row];
            _forwards++;
            _brokenBy = broken ? CleanStage : null;
            _distance = broken ? 0 : null;
        }

        public void SeeAttempt(string attack, JournalLine line, int row)
        {
            Pay(line, row);
            // Of an example that stands, that at the last attack's point.
            _attackedConfidence = line.Confidences?[row];
            if (line.Broken[row])
            {
                Break(attack, line, row);
            }
        }

        /// <summary>What a probe found counts where the cascade found nothing.</summary>
        public void SeeProbe(string probe, JournalLine line, int row)
        {
            if (_brokenBy is null)
            {
                Break(probe, line, row);
                _attackedConfidence = line.Confidences?[row];
            }
        }

        private void Break(string by, JournalLine line, int row)
        {
            (_brokenBy, _adversarialPrediction, _distance) = (by, line.Predictions[row], line.Distances[row]);
            Point = line.Points[row];
        }

        public void Pay(JournalLine line, int row)
        {
            _forwards += line.Forwards[row];
            _gradients += line.Gradients[row];
        }

        public LedgerRow ToRow() =>
            new(index, label, CleanPrediction, _brokenBy, _adversarialPrediction, _distance, _forwards, _gradients)
            {
                CleanConfidence = _cleanConfidence,
                AdversarialConfidence = _attackedConfidence,
            };
    }
}
