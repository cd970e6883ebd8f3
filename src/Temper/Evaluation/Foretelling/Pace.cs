using System.Diagnostics;

namespace Temper.Evaluation.Foretelling;

/// <summary>Tells how far an evaluation has come, and what it will cost: before the attacks begin, and again after the first minute.</summary>
/// <param name="plan">The plan.</param>
/// <param name="errands">What is done besides the attacks, in this order.</param>
/// <param name="progress">Who is told; null for nobody.</param>
internal sealed class Pace(EvaluationPlan plan, IReadOnlyList<Errand> errands, IProgress<EvaluationProgress>? progress)
    : IProgress<EvaluationProgress>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Stopwatch _after = new();
    private readonly ErrandList _errands = new(errands);
    private Foresight? _foresight;
    private int _probed;
    private int _standing;
    private bool _begun;
    private bool _told;

    /// <summary>Foretells before the attacks begin.</summary>
    /// <param name="cleanSeconds">The time of the clean pass.</param>
    /// <param name="probed">The examples that every probe meets.</param>
    /// <param name="standing">The examples that stand.</param>
    public void Begin(double cleanSeconds, int probed, int standing)
    {
        // Nobody listens, or there is nothing to tell of.
        var searches = standing == 0 ? 0 : plan.Probes.Count + plan.Attacks.Count;
        if (progress is null || plan.Indices.Count == 0 || searches + errands.Count == 0)
        {
            return;
        }
        (_probed, _standing) = (probed, standing);
        _foresight = new(plan, _errands, PassTimes.Measure(plan, _errands.Gradients > 0));
        _foresight.Spent(cleanSeconds, plan.Indices.Count);
        Tell("foretold");
    }

    /// <summary>Takes note of a finished block.</summary>
    /// <param name="name">The attack or probe.</param>
    /// <param name="line">The block.</param>
    /// <param name="rounds">How many of its rounds are done, in shares of the one that goes on.</param>
    /// <param name="state">How far the stage has come.</param>
    public void Finished(string name, JournalLine line, double rounds, EvaluationProgress state)
    {
        progress?.Report(state);
        if (_foresight is null)
        {
            return;
        }
        var isProbe = plan.Probes.Any(p => p.Name == name);
        _foresight.Add(name, line, isProbe ? plan.ProbeBlock : plan.Block);
        _foresight.Come(name, rounds);
        if (!isProbe)
        {
            _begun = true;
            _standing -= line.Broken.Count(broken => broken);
        }
        TellAgain();
    }

    /// <summary>Takes note that an attack has ended.</summary>
    public void Ended(string name, bool counts, int attempted, int left) =>
        _foresight?.End(name, counts, attempted, left);

    /// <summary>Takes note that the last attack has ended: what follows is the errands.</summary>
    public void EndedAll() => _after.Start();

    /// <summary>Takes note of a sign of life from an errand.</summary>
    public void Report(EvaluationProgress value)
    {
        progress?.Report(value);
        _errands.Reach(value.Stage, _after.Elapsed.TotalSeconds);
        TellAgain();
    }

    private void TellAgain()
    {
        if (_foresight is not null && !_told && _clock.Elapsed >= Minute)
        {
            _told = true;
            Tell("foretold");
        }
    }

    private void Tell(string stage) =>
        progress!.Report(
            new(stage, 0, plan.Indices.Count, _standing)
            {
                Foretold = _foresight!.Tell(
                    _probed,
                    _standing,
                    _begun,
                    plan.ProbeBlock,
                    plan.Block,
                    _after.Elapsed.TotalSeconds
                ),
            }
        );
}
