using Temper.Training;
using Temper.Training.Observers;

namespace Temper.Workflow;

/// <summary>The observers that a recipe asks for, beside the keeper of the best weights.</summary>
internal static class RunObservers
{
    /// <summary>Makes them, in the order they are called.</summary>
    /// <param name="request">The training.</param>
    /// <param name="adversarial">Whether its objective trains to withstand the threat.</param>
    /// <param name="classes">The classes of the data.</param>
    /// <param name="epsilon">The full budget.</param>
    /// <param name="clock">Tells the time of events.</param>
    public static IEnumerable<ITrainObserver> Of(
        TrainingRequest request,
        bool adversarial,
        int classes,
        double epsilon,
        TimeProvider clock
    )
    {
        var training = request.Config.Training;
        if (training.GuardOverfitting && adversarial)
        {
            yield return new OverfittingWatch(epsilon);
        }
        if (training.GuardChance)
        {
            yield return new ChanceWatch(classes, epsilon);
        }
        if (training.GuardCollapse)
        {
            yield return new CollapseWatch(epsilon);
        }
        if (training.EarlyStop > 0)
        {
            yield return new EarlyStop(training.EarlyStop);
        }
        yield return new MetricsWriter(Path.Combine(request.Folder, RunFolder.Metrics), request.Resume);
        if (training.Tensorboard)
        {
            yield return new TensorBoardWriter(
                Path.Combine(request.Folder, RunFolder.Tensorboard),
                request.Resume,
                clock
            );
        }
    }
}
