using System.Globalization;
using System.Text.Json.Nodes;
using Temper.Errors;
using Temper.Evaluation;
using Temper.Reports;
using Temper.Runs;
using Temper.Serialization;
using Temper.Training;

namespace Temper.Workflow.Sweeps;

/// <summary>Trains one recipe by several methods with several seeds, measures all alike, and puts them side by side.</summary>
/// <remarks>A run that is finished is never repeated, one that was interrupted goes on, one that failed is tried again.</remarks>
/// <param name="request">What to train.</param>
/// <param name="clock">Tells the time for the manifests.</param>
public sealed class SweepRun(SweepRequest request, TimeProvider clock)
{
    /// <summary>The comparison for people.</summary>
    public const string Html = "sweep.html";

    /// <summary>The comparison for programs.</summary>
    public const string Json = "sweep.json";

    private IReadOnlyList<TrainingRequest>? _runs;

    /// <summary>Gets the runs in the order they are made: all methods with the first seed, then with the next.</summary>
    /// <exception cref="UsageException">Fewer than two runs, a method or a seed is named twice, or a budget is too small for a method.</exception>
    public IReadOnlyList<TrainingRequest> Runs => _runs ??= Plan();

    /// <summary>Trains and measures what is missing, and writes the comparison.</summary>
    /// <param name="begun">Told before each run: its folder, its number from 1, whether it is finished already.</param>
    /// <param name="training">Told after every training step.</param>
    /// <param name="evaluation">Told after every block of an evaluation.</param>
    /// <param name="cancellation">Stops after a step; the same call goes on from there.</param>
    public SweepOutcome Run(
        Action<string, int, bool>? begun,
        IProgress<TrainProgress>? training,
        IProgress<EvaluationProgress>? evaluation,
        CancellationToken cancellation
    )
    {
        var finished = Runs.Select(IsFinished).ToList();
        TrainingData? data = null;
        List<string> folders = [];
        List<(string, string)> failures = [];
        for (var i = 0; i < Runs.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var run = Runs[i];
            begun?.Invoke(run.Folder, i + 1, finished[i]);
            try
            {
                if (!finished[i])
                {
                    data ??= Read();
                    var going = File.Exists(Path.Combine(run.Folder, RunFolder.Manifest));
                    new TrainingRun(run with { Resume = going }, clock) { Data = data }.Run(
                        training,
                        evaluation,
                        cancellation
                    );
                }
                folders.Add(run.Folder);
            }
            catch (RunFailedException e)
            {
                failures.Add((Path.GetFileName(run.Folder), e.Message));
            }
        }
        return new(Compare(folders), failures);
    }

    private TrainingData Read()
    {
        var data = TrainingData.Read(request.Recipe.Data, request.DataFolder);
        return request.HeldOut is { } count ? HoldOut.Of(data, count) : data;
    }

    private Comparison? Compare(List<string> folders)
    {
        if (folders.Count < 2)
        {
            return null;
        }
        var comparison = Comparison.Read(folders);
        comparison.WriteHtml(Path.Combine(request.Folder, Html));
        AtomicFile.WriteText(Path.Combine(request.Folder, Json), JsonText.Write(comparison.ToJson()));
        return comparison;
    }

    private List<TrainingRequest> Plan()
    {
        var twice =
            request.Methods.GroupBy(m => m.Label, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1)?.Key
            ?? request
                .Seeds.GroupBy(s => s)
                .FirstOrDefault(g => g.Count() > 1)
                ?.Key.ToString(CultureInfo.InvariantCulture);
        if (twice is not null)
        {
            throw new UsageException($"sweep: '{twice}' is named twice, expected different methods and seeds.");
        }
        if (request.Methods.Count * request.Seeds.Count < 2)
        {
            throw new UsageException(
                "sweep: found one method and one seed, expected two runs or more; one run is 'temper train'."
            );
        }
        var configs = request.Methods.Select(Config).ToList();
        return
        [
            .. request.Seeds.SelectMany(seed =>
                configs.Select(config => new TrainingRequest
                {
                    Config = config with { Seed = seed },
                    AttackOverrides = request.AttackOverrides,
                    Folder = Path.Combine(request.Folder, $"{config.Name}-seed-{seed}"),
                    DataFolder = request.DataFolder,
                    Threads = request.Threads,
                    Device = request.Device,
                })
            ),
        ];
    }

    private RunConfig Config(SweepMethod method)
    {
        var config = method.Of(request.Recipe);
        // Neither a twin nor a curve stands in the comparison, and each may take longer than the run it belongs to.
        var evaluation = config.Evaluation with
        {
            Twin = false,
            Curve = config.Evaluation.Curve with { Examples = 0 },
        };
        config = config with { Evaluation = evaluation };
        return request.Passes is { } passes
            ? config with
            {
                Training = config.Training with { Epochs = Epochs(config, method, passes) },
            }
            : config;
    }

    /// <summary>The epochs a budget pays for, by what the method counts for a step, with all that the recipe wraps around it.</summary>
    private static int Epochs(RunConfig config, SweepMethod method, int passes)
    {
        var (objective, _) = RecipePart.Create<Objective>(config.Training.Objective, "objective", "training.objective");
        if (Wrapping.Around(objective, config.Training).Passes is not { } step)
        {
            throw new UsageException(
                $"--passes: method '{method.Id}' does not say what a step costs; leave --passes out, and set training.epochs."
            );
        }
        var epoch = (step.Forwards + step.Gradients) * objective.Replays;
        return passes >= epoch
            ? passes / epoch
            : throw new UsageException(
                $"--passes: found {passes}, expected at least {epoch}, what one epoch of '{method.Label}' costs each example."
            );
    }

    /// <summary>Whether a run has its report; a folder that holds another run is not touched.</summary>
    private static bool IsFinished(TrainingRequest run)
    {
        var manifest = Path.Combine(run.Folder, RunFolder.Manifest);
        if (!File.Exists(manifest))
        {
            return false;
        }
        var held = RunManifest.Read(manifest).Training?.Config;
        if (!JsonNode.DeepEquals(held, ConfigReader.ToJson(run.Config)))
        {
            throw new UsageException(
                $"{run.Folder}: the folder holds a run with other settings; name another folder by --out, or delete this one."
            );
        }
        return File.Exists(Path.Combine(run.Folder, RunFolder.ReportJson));
    }
}
