using System.Diagnostics;
using Temper.Attacks;
using Temper.Data;
using Temper.Models;
using Temper.Numerics;
using Temper.Threats;
using Temper.Training;

namespace Temper.Bench;

/// <summary>Steps of the trainer over ready-made examples, timed up to the last.</summary>
/// <param name="network">The network, whose conditions hold.</param>
/// <param name="model">The network as a classifier; borrowed.</param>
/// <param name="update">What moves the weights; borrowed.</param>
/// <param name="batch">The examples of a step.</param>
internal sealed class TrainingSteps(BenchNetwork network, ModuleClassifier model, WeightUpdate update, int batch)
{
    /// <summary>Gets the threat of the steps.</summary>
    public ThreatModel Threat { get; init; } = ThreatModel.Parse(network.Threat);

    /// <summary>Gets the learning rate.</summary>
    public double LearningRate { get; init; }

    /// <summary>Gets the epochs over which the budget grows; the steps are one.</summary>
    public double EpsilonWarmup { get; init; }

    /// <summary>Gets where the method finds other networks; borrowed; null where it needs none.</summary>
    public IModelSource? Others { get; init; }

    /// <summary>Gets the steps before the clock starts; passes are counted from the first.</summary>
    public int Untimed { get; init; }

    /// <summary>Takes the steps: one epoch.</summary>
    /// <param name="objective">The training method.</param>
    /// <param name="source">The examples.</param>
    public UnitTime Take(Objective objective, BatchSource source)
    {
        var plan = new TrainPlan
        {
            Model = model,
            Train = source,
            // It comes after the last step, where the clock has stopped; one example keeps it short.
            Validator = new(new BatchSource(source.Set, [0]), Threat, new Pgd(new() { Steps = 1 }), 1, new Rng(0)),
            Threat = Threat,
            Objective = objective,
            Update = update,
            LearningRate = new Schedule([(0, LearningRate), (1, LearningRate)]),
            Epochs = 1,
            BatchSize = batch,
            EpsilonWarmup = EpsilonWarmup,
            InnerMode = network.InnerMode,
            Others = Others,
            Rng = new Rng(0),
        };
        var watch = new Watch(Untimed) { Started = Stopwatch.GetTimestamp() };
        var state = new Trainer(plan, [watch]).Run(false, null, CancellationToken.None);
        return new(
            Stopwatch.GetElapsedTime(watch.Started, watch.Ended).TotalSeconds,
            state.Meter.Forwards,
            state.Meter.Gradients
        );
    }

    private sealed class Watch(int untimed) : ITrainObserver
    {
        public string Name => "bench";

        public long Started { get; set; }

        public long Ended { get; private set; }

        public void OnStep(TrainState state)
        {
            Ended = Stopwatch.GetTimestamp();
            Started = state.Step == untimed ? Ended : Started;
        }
    }
}
