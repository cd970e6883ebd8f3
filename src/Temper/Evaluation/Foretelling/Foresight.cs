using Temper.Attacks;

namespace Temper.Evaluation.Foretelling;

/// <summary>Foretells what the rest of an evaluation will cost, from what it has cost so far and how many examples stand.</summary>
/// <remarks>
/// Every attack states the most passes an example costs in a round. Before anything is known all examples are taken to stand, so the
/// first forecast is the most it can be, at the speed measured. Later the share that the probes, and the cascade so far, left standing
/// takes its place, and each attack's own speed, and the passes it really spent, where it has run already.
/// </remarks>
internal sealed class Foresight
{
    private readonly List<Stage> _stages;
    private readonly ErrandList _errands;
    private readonly PassTimes _times;
    private readonly Dictionary<string, (double Expected, double Real)> _seen = [];
    private long _forwards;
    private long _gradients;
    private double _seconds;
    private double _share = 1;

    /// <summary>Lists the work.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="errands">What is done besides the attacks, in this order.</param>
    /// <param name="times">How long passes take.</param>
    public Foresight(EvaluationPlan plan, ErrandList errands, PassTimes times)
    {
        (_errands, _times) = (errands, times);
        _stages =
        [
            .. plan.Probes.Select(p => Of(p.Name, p.Attack, p.Threat.Goal, true, plan)),
            .. plan.Cascade().Select(p => Of(p.Name, p.Attack, p.Threat.Goal, false, plan)),
        ];
    }

    /// <summary>Takes note of time spent outside the attacks, such as that of the clean pass.</summary>
    public void Spent(double seconds, long forwards)
    {
        _seconds += seconds;
        _forwards += forwards;
    }

    /// <summary>Takes note of a finished block.</summary>
    /// <param name="name">The attack or probe.</param>
    /// <param name="line">The block.</param>
    /// <param name="block">The physical size of blocks there.</param>
    public void Add(string name, JournalLine line, int block)
    {
        _seconds += line.Seconds;
        _forwards += line.Forwards.Sum();
        _gradients += line.Gradients.Sum();
        if (_stages.Find(s => s.Name == name) is { } stage)
        {
            var (expected, real) = _seen.GetValueOrDefault(stage.Id);
            var besides = _errands.Of(name) is { } errand
                ? (errand with { Examples = line.Indices.Length }).Seconds(_times, 1)
                : 0;
            _seen[stage.Id] = (expected + Seconds(stage, line.Indices.Length, 1, block) + besides, real + line.Seconds);
        }
    }

    /// <summary>Takes note that an attack has ended.</summary>
    /// <param name="name">The attack or probe.</param>
    /// <param name="counts">Whether it tells how many will stand later.</param>
    /// <param name="attempted">The examples it met.</param>
    /// <param name="left">The examples it left.</param>
    public void End(string name, bool counts, int attempted, int left)
    {
        var stage = _stages.Find(s => s.Name == name);
        stage?.HasEnded = true;
        _errands.End(name);
        if (stage is { IsProbe: true } && counts && attempted > 0)
        {
            _share = Math.Min(_share, left / (double)attempted);
        }
    }

    /// <summary>What the whole will cost.</summary>
    /// <param name="probed">The examples that every probe meets.</param>
    /// <param name="standing">The examples that the cascade has still to meet.</param>
    /// <param name="begun">Whether the cascade has begun, so that what stands is known and not estimated.</param>
    /// <param name="probeBlock">The physical size of the probes' blocks.</param>
    /// <param name="block">The physical size of the cascade's blocks.</param>
    /// <param name="since">The seconds since the attacks ended; 0 before.</param>
    public Forecast Tell(int probed, int standing, bool begun, int probeBlock, int block, double since)
    {
        var (forwards, gradients) = (_forwards + _errands.Forwards, _gradients + _errands.Gradients);
        var seconds = _seconds + since + _errands.Left(_times, Pace, since);
        // The first attack of the cascade meets all that stand; it leaves about the share that the probes left.
        var left = begun ? standing : standing * (1 + _share) / 2;
        foreach (var stage in _stages.Where(s => !s.HasEnded))
        {
            var examples = stage.IsProbe ? probed : left;
            var rounds = stage.Rounds - stage.RoundsDone;
            forwards += examples * rounds * stage.Ceiling.Forwards;
            gradients += examples * rounds * stage.Ceiling.Gradients;
            var size = stage.IsProbe ? probeBlock : block;
            seconds += Seconds(stage, examples, rounds, size) * Pace(stage.Id);
            left = stage.IsProbe || begun ? left : standing * _share;
        }
        return new((long)forwards, (long)gradients, seconds, _seconds + since);
    }

    /// <summary>Takes note of how far an attack has come.</summary>
    /// <param name="name">The attack or probe.</param>
    /// <param name="rounds">Finished rounds, and the share of the one that goes on.</param>
    public void Come(string name, double rounds)
    {
        var stage = _stages.Find(s => s.Name == name);
        stage?.RoundsDone = rounds;
    }

    /// <summary>How much longer an attack takes than its passes alone, as far as that is known.</summary>
    private double Pace(string id)
    {
        if (_seen.TryGetValue(id, out var own) && own.Expected > 0)
        {
            return own.Real / own.Expected;
        }
        var (expected, real) = _seen.Values.Aggregate((0.0, 0.0), (a, b) => (a.Item1 + b.Expected, a.Item2 + b.Real));
        return expected > 0 ? real / expected : 1;
    }

    /// <summary>The time by passes alone; a block that is not full takes as long as a full one.</summary>
    private double Seconds(Stage stage, double examples, double rounds, int block) =>
        Math.Ceiling(examples / block) * block * rounds * _times.Of(stage.Ceiling);

    private static Stage Of(string name, Attack attack, Threats.Goal goal, bool isProbe, EvaluationPlan plan) =>
        new(
            name,
            attack.Id,
            isProbe,
            attack.Rounds(plan.Model.Classes, goal),
            attack.Ceiling(plan.Model.Classes) ?? default
        );

    private sealed class Stage(string name, string id, bool isProbe, int rounds, PassCeiling ceiling)
    {
        public string Name => name;

        public string Id => id;

        public bool IsProbe => isProbe;

        public int Rounds => rounds;

        public PassCeiling Ceiling => ceiling;

        public double RoundsDone { get; set; }

        public bool HasEnded { get; set; }
    }
}
