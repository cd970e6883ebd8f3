using System.Diagnostics;
using System.Globalization;
using Temper.Attacks;
using Temper.Certification;
using Temper.Data;
using Temper.Evaluation;
using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Workflow;

/// <summary>The stages of a certification: clean predictions, quick bounds, attacks on what is open, closer bounds on what still is.</summary>
internal sealed class CertificationStages(
    CertificationRequest request,
    IReadOnlyList<int> indices,
    Certifier certifier,
    Journal journal,
    Rng rng,
    IProgress<EvaluationProgress>? progress,
    CancellationToken cancellation
)
{
    private const string Clean = CertifiedExample.Clean;

    // Examples bounded together: few enough that little is lost by an interruption.
    private const int Together = 10;

    // Thrift: linear bounds that prove none of so many examples are not tried on the others, ...
    private const int Trial = 32;

    // ... nor on networks for which they cost more multiply-adds than this for an example: seconds, where an attack takes less.
    private const double MostWork = 2e10;

    private readonly Dictionary<int, CertifiedExample> _examples = indices.ToDictionary(
        i => i,
        i => new CertifiedExample(i, request.Set.Labels[i])
    );
    private readonly CounterexampleCheck _check = new(request.Model.Classifier, request.Set, request.Threat, certifier);

    /// <summary>Gets what thrift left untried and why, a sentence; null for nothing.</summary>
    public string? Remark { get; private set; }

    /// <summary>Gets the wall-clock time of bounds and branching.</summary>
    public double BoundSeconds { get; private set; }

    /// <summary>Gets the wall-clock time of the clean pass.</summary>
    public double CleanSeconds { get; private set; }

    /// <summary>Runs the stages.</summary>
    /// <returns>One row per example, by index.</returns>
    public IReadOnlyList<CertificateRow> Run()
    {
        Predict();
        var known = certifier.Problem is null;
        if (known)
        {
            BoundQuickly();
        }
        foreach (var planned in Plan().Cascade())
        {
            Attack(planned);
        }
        if (known && request.Method >= BoundMethod.AlphaCrown)
        {
            Bound(BoundMethod.AlphaCrown, Open());
        }
        if (known && request.Method == BoundMethod.Complete)
        {
            Decide();
        }
        return [.. _examples.Values.OrderBy(e => e.Index).Select(e => e.Row())];
    }

    /// <summary>The counterexamples; null where they would be too large to keep.</summary>
    public BrokenPoints? Points()
    {
        var set = request.Set;
        (long, string)[] found =
        [
            .. _examples
                .Values.Where(e => e.Point is not null)
                .OrderBy(e => e.Index)
                .Select(e => ((long)e.Index, e.Point!)),
        ];
        return BrokenPoints.Fit(found.Length, set.ValuesPerExample)
            ? BrokenPoints.Of([set.Channels, set.Height, set.Width], found)
            : null;
    }

    private int[] Open() => [.. indices.Where(i => _examples[i].IsOpen)];

    private void Predict()
    {
        Stage(
            Clean,
            [.. indices],
            request.Block,
            chunk =>
            {
                var (_, predictions, broken, confidences) = Blocks
                    .Predict(request.Model.Classifier, request.Set, chunk, request.Block, request.Threat.Goal, rng.Seed)
                    .Single();
                return Line(Clean, chunk, broken) with { Predictions = predictions, Confidences = confidences };
            },
            (line, row) => _examples[line.Indices[row]].SeeClean(line, row)
        );
    }

    private void BoundQuickly()
    {
        if (request.IsThrifty || request.Method == BoundMethod.Interval)
        {
            Bound(BoundMethod.Interval, Open());
        }
        if (request.Method == BoundMethod.Interval || (request.IsThrifty && !Pays()))
        {
            return;
        }
        Bound(BoundMethod.Crown, Open());
    }

    /// <summary>Whether linear bounds can pay: by the size of the network, and then by a trial on the first examples that are right.</summary>
    private bool Pays()
    {
        if (certifier.Graph.LinearWork() is var work and > MostWork)
        {
            Remark = string.Create(
                CultureInfo.InvariantCulture,
                $"crown was not tried, since the network is too large for it here: up to {work:0.0e0} multiply-adds for an example, more than {MostWork:0e0}"
            );
            return false;
        }
        int[] first = [.. indices.Where(i => _examples[i].IsRight).Take(Trial)];
        Bound(BoundMethod.Crown, [.. first.Where(i => _examples[i].IsOpen)], "/trial");
        if (first.Length < Trial || first.Any(i => !_examples[i].IsOpen))
        {
            return true;
        }
        Remark = $"crown proved none of the first {Trial} examples that are right, and was not tried on the others";
        return false;
    }

    private void Bound(BoundMethod method, int[] which, string part = "")
    {
        var name = CertificationRun.NameOf(method);
        Stage(
            name + part,
            which,
            Together,
            chunk =>
            {
                using var batch = BatchSource.Gather(request.Set, chunk, CPU);
                int[] labels = [.. chunk.Select(i => request.Set.Labels[i])];
                var margins = certifier.Margins(batch.Inputs, labels, request.Threat, method, cancellation);
                // JSON knows no infinity.
                return Line(name + part, chunk, new bool[chunk.Length]) with
                {
                    Margins = [.. margins.Select(m => Math.Clamp(m, double.MinValue, double.MaxValue))],
                };
            },
            (line, row) => _examples[line.Indices[row]].SeeBound(name, line.Margins![row])
        );
    }

    private void Decide()
    {
        var name = CertificationRun.NameOf(BoundMethod.Complete);
        Stage(
            name,
            Open(),
            together: 1,
            chunk =>
            {
                using var batch = BatchSource.Gather(request.Set, chunk, CPU);
                var label = request.Set.Labels[chunk[0]];
                var limit = TimeSpan.FromSeconds(request.Seconds);
                var found = certifier.Decide(batch.Inputs, label, request.Threat, limit, cancellation);
                var line = Line(name, chunk, [false]) with
                {
                    Margins = [Math.Clamp(found.Bound, double.MinValue, double.MaxValue)],
                    Branches = [found.Branches],
                };
                if (found.Counterexample is { } point && _check.Narrowed(chunk[0], point) is { } text)
                {
                    line = line with { Broken = [true] };
                    line.Points[0] = text;
                }
                return line;
            },
            (line, row) =>
            {
                var example = _examples[line.Indices[row]];
                example.SeeBranches(line.Branches![row], line.Seconds);
                if (line.Broken[row])
                {
                    example.SeePoint(name, line.Points[row]);
                }
                else
                {
                    example.SeeBound(name, line.Margins![row]);
                }
            }
        );
    }

    private void Attack(PlannedAttack planned)
    {
        var runner = new BlockRunner(Plan(), journal, cancellation);
        var rounds = planned.Attack.Rounds(request.Model.Classifier.Classes, request.Threat.Goal);
        for (var restart = 0; restart < rounds; restart++)
        {
            var stage = rounds == 1 ? planned.Name : $"{planned.Name}/{restart}";
            var open = Open();
            var (number, done) = (0, 0);
            foreach (var chunk in open.Chunk(request.Block))
            {
                // A block of its own size: an attack's arithmetic goes by the physical block, as in evaluations.
                var line = runner.Run(
                    stage,
                    number++,
                    planned,
                    restart,
                    chunk,
                    rng.Fork(planned.Asked),
                    (true, 0),
                    request.Block
                );
                for (var row = 0; row < chunk.Length; row++)
                {
                    if (line.Broken[row] && _check.Holds(chunk[row], line.Points[row]))
                    {
                        _examples[chunk[row]].SeePoint(planned.Name, line.Points[row]);
                    }
                }
                done += chunk.Length;
                progress?.Report(new(stage, done, open.Length, Open().Length));
            }
        }
    }

    private EvaluationPlan Plan() =>
        new()
        {
            Model = request.Model.Classifier,
            Set = request.Set,
            Indices = indices,
            Threat = request.Threat,
            Attacks = [.. request.Attacks.Select(a => (a.Name, a.Attack))],
            Block = request.Block,
            Rng = rng,
        };

    private void Stage(
        string stage,
        int[] which,
        int together,
        Func<int[], JournalLine> compute,
        Action<JournalLine, int> see
    )
    {
        var (number, done) = (0, 0);
        foreach (var chunk in which.Chunk(together))
        {
            cancellation.ThrowIfCancellationRequested();
            var line = journal.Find(stage, number);
            if (line is null)
            {
                var clock = Stopwatch.StartNew();
                line = compute(chunk) with { Block = number };
                line = line with { Seconds = clock.Elapsed.TotalSeconds };
                journal.Add(line);
            }
            _ = stage == Clean ? CleanSeconds += line.Seconds : BoundSeconds += line.Seconds;
            for (var row = 0; row < line.Indices.Length; row++)
            {
                see(line, row);
            }
            number++;
            done += chunk.Length;
            progress?.Report(new(stage, done, which.Length, Open().Length));
        }
    }

    private static JournalLine Line(string stage, int[] chunk, bool[] broken) =>
        new(stage, 0, 0, chunk, [], broken, [], [], [], []);
}
