using Temper.Evaluation;
using Temper.Reports;
using Temper.Runs;
using Temper.Training;

namespace Temper.Workflow;

/// <summary>Trains and evaluates the twin of a run: the same network, data, schedule and seed, without attacks in training.</summary>
internal sealed class TwinRun
{
    private const int LongestName = 64;
    private readonly TrainingRequest _request;
    private readonly string _folder;
    private readonly TrainingData _data;

    private TwinRun(TrainingRequest request, string folder, TrainingData data) =>
        (_request, _folder, _data) = (request, folder, data);

    /// <summary>The twin of a run; null when the recipe wants none, or the run is its own twin.</summary>
    /// <exception cref="Errors.UsageException">The twin's folder holds a run, and nothing is resumed.</exception>
    public static TwinRun? Of(TrainingRequest request, Objective objective, TrainingData data)
    {
        if (!request.Config.Evaluation.Twin || !objective.Adversarial)
        {
            return null;
        }
        var folder = Path.Combine(request.Folder, RunFolder.Twin);
        RunFolder.Open(folder, request.Resume);
        return new(request with { Config = Natural(request.Config), Folder = folder }, request.Folder, data);
    }

    /// <summary>Runs the twin, names it in the manifest of the run, and writes that run's report again.</summary>
    public void Run(
        TimeProvider clock,
        IProgress<TrainProgress>? training,
        IProgress<EvaluationProgress>? evaluation,
        CancellationToken cancellation
    )
    {
        new TrainingRun(_request, clock) { Data = _data }.Run(
            training is null ? null : new Part<TrainProgress>(training, p => p with { Part = RunFolder.Twin }),
            evaluation is null ? null : new Part<EvaluationProgress>(evaluation, p => p with { Part = RunFolder.Twin }),
            cancellation
        );
        var manifest = Path.Combine(_folder, RunFolder.Manifest);
        (RunManifest.Read(manifest) with { Twin = RunFolder.Twin, Files = Seals.Of(_folder, RunFolder.Twin) }).Write(
            manifest
        );
        ReportFolder.Write(_folder);
    }

    /// <summary>The same recipe with natural training; what only concerns attacks in training is dropped with them.</summary>
    internal static RunConfig Natural(RunConfig config)
    {
        var name = config.Name + "-twin";
        return config with
        {
            Name = name.Length <= LongestName ? name : config.Name,
            Training = config.Training with
            {
                Objective = new("natural"),
                EpsilonWarmup = 0,
                Awp = new(),
                CleanShare = 0,
                GuardOverfitting = false,
            },
            Evaluation = config.Evaluation with { Twin = false },
            // They were expected of the other training.
            Expected = [],
        };
    }

    private sealed class Part<T>(IProgress<T> inner, Func<T, T> mark) : IProgress<T>
    {
        public void Report(T value) => inner.Report(mark(value));
    }
}
