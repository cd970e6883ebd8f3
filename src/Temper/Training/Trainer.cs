using System.Diagnostics;
using System.Globalization;
using Temper.Data;
using Temper.Errors;
using Temper.Models;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training;

/// <summary>The training loop, top to bottom. Whatever is optional is an observer.</summary>
/// <param name="plan">The plan.</param>
/// <param name="observers">What watches; called in this order.</param>
/// <param name="store">Where checkpoints go; null for none.</param>
public sealed class Trainer(TrainPlan plan, IReadOnlyList<ITrainObserver> observers, CheckpointStore? store = null)
{
    /// <summary>Trains, or goes on with a training that was interrupted, by the same arithmetic.</summary>
    /// <param name="resume">Whether to go on from the checkpoint, if there is one.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellation">Stops after the step, once a checkpoint is written.</param>
    /// <returns>Where training ended.</returns>
    /// <exception cref="ThreatException">The threat is a union of norms, and the objective takes one.</exception>
    /// <exception cref="RunFailedException">The loss is not a number.</exception>
    /// <exception cref="OperationCanceledException">It was interrupted; the checkpoint holds the rest.</exception>
    public TrainState Run(bool resume, IProgress<TrainProgress>? progress, CancellationToken cancellation)
    {
        if (plan.Threat is UnionThreat && !plan.Objective.TakesUnions)
        {
            throw new ThreatException(
                $"threat {plan.Threat.Text}: {plan.Objective.GetType().Name} takes one norm, expected a method that is {nameof(ITakesUnions)}; train by such a one, or under one member."
            );
        }
        var replays = plan.Objective.Replays;
        var perEpoch = plan.Train.BatchCount(plan.BatchSize) * replays;
        var state = new TrainState(plan.Model, plan.Epochs * perEpoch, perEpoch);
        var memory = plan.Objective as ICarriesState;
        memory?.Forget();
        if (resume && store is { Exists: true })
        {
            store.Load(state, plan.Update, plan.Average, observers, memory);
        }
        var before = state.Seconds;
        var clock = Stopwatch.StartNew();
        var model = new MeteredClassifier(plan.Model, state.Meter);
        while (state.Step < state.TotalSteps && state.StopReason is null)
        {
            var epoch = state.Step / perEpoch;
            var order = plan.Rng.Fork("order").Permutation(plan.Train.Count, (uint)epoch);
            for (var number = state.Step % perEpoch; number < perEpoch; number++)
            {
                using (var batch = plan.Train.At(order, number / replays, plan.BatchSize, (uint)epoch))
                {
                    Step(model, state, batch);
                }
                state.Seconds = before + clock.Elapsed.TotalSeconds;
                foreach (var observer in observers)
                {
                    observer.OnStep(state);
                }
                progress?.Report(
                    new(state.Step, state.TotalSteps, epoch + 1, state.LossSum / state.Seen, state.Seconds, null)
                );
                var interrupted = cancellation.IsCancellationRequested;
                if (number + 1 < perEpoch && (interrupted || state.Step % plan.CheckpointSteps == 0))
                {
                    store?.Save(state, plan.Update, plan.Average, observers, memory);
                    cancellation.ThrowIfCancellationRequested();
                }
            }
            plan.Average?.Settle(model, plan.Train.Unchanged(order, plan.BatchSize));
            var record = Finish(state, epoch, before, clock);
            progress?.Report(new(state.Step, state.TotalSteps, epoch + 1, record.Loss, state.Seconds, record));
            store?.Save(state, plan.Update, plan.Average, observers, memory);
            if (state.Step < state.TotalSteps && state.StopReason is null)
            {
                cancellation.ThrowIfCancellationRequested();
            }
        }
        memory?.Forget();
        return state;
    }

    private void Step(MeteredClassifier model, TrainState state, Batch batch)
    {
        using var scope = NewDisposeScope();
        using var mode = plan.Model.Enter(Mode.Train);
        // torch's own generator serves drop-out only; seeding it from the step makes a resumed step the same step.
        manual_seed(plan.Rng.Fork("torch").TorchSeed((uint)state.Step));
        state.LearningRate = plan.LearningRate.At((double)state.Step / state.TotalSteps);
        (var threat, state.Epsilon) = ThreatAt(state);
        var place = ((uint)state.Step, (double)state.Step / state.TotalSteps);
        var rng = plan.Rng.Fork("craft");
        using var context = new StepContext(model, batch, threat, rng, place, plan.InnerMode, plan.Others)
        {
            Epoch = (uint)(state.Step / state.StepsPerEpoch),
            Grown = plan.Threat.Epsilon.Value == 0 ? 1 : threat.Epsilon.Value / plan.Threat.Epsilon.Value,
        };
        var loss = plan.Objective.Loss(context);
        var value = loss.item<float>();
        if (!float.IsFinite(value))
        {
            throw new RunFailedException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"training step {state.Step}: the loss is {value} at learning rate {state.LearningRate:G4} and budget {state.Epsilon:G4}; lower training.schedule, or lengthen training.epsilon-warmup. Nothing after the last checkpoint was kept."
                )
            );
        }
        plan.Update.Step(plan.Model.Module, loss, state.LearningRate, context.Ready);
        context.Finish();
        state.Step++;
        state.LossSum += value * (double)batch.Count;
        state.Correct += context.Correct;
        state.Seen += batch.Count;
        plan.Average?.Update(state.Step);
    }

    private (ThreatModel Threat, double Epsilon) ThreatAt(TrainState state)
    {
        var warmup = plan.EpsilonWarmup * state.StepsPerEpoch;
        return state.Step + 1 >= warmup
            ? (plan.Threat, plan.Threat.Epsilon.Value)
            : plan.Threat.Shrunk(plan.EpsilonGrowth.At(1, state.Step + 1, warmup));
    }

    private EpochRecord Finish(TrainState state, int epoch, double before, Stopwatch clock)
    {
        ValidationRecord validation;
        using (plan.Average?.Applied())
        {
            validation = plan.Validator.Measure(plan.Model, CancellationToken.None);
        }
        state.Seconds = before + clock.Elapsed.TotalSeconds;
        var record = new EpochRecord(
            epoch + 1,
            state.Step,
            state.LearningRate,
            state.Epsilon,
            state.LossSum / state.Seen,
            (double)state.Correct / state.Seen,
            validation,
            state.Seconds
        );
        foreach (var observer in observers)
        {
            observer.OnEpoch(state, record);
        }
        (state.LossSum, state.Correct, state.Seen) = (0, 0, 0);
        return record;
    }
}
