using System.Globalization;
using System.Text.Json.Nodes;
using Temper.Attacks;
using Temper.Data;
using Temper.Evaluation;
using Temper.Evaluation.Foretelling;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Serialization;
using Temper.Threats;
using Temper.Training;
using Temper.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Temper.Workflow;

/// <summary>Trains one small network whose points are to be submitted to another; the file is kept, and taken where it is there already.</summary>
/// <remarks>Always the same network for the same data, threat, seed and number of threads. The last weights are taken: nothing is chosen.</remarks>
/// <param name="request">The evaluation.</param>
/// <param name="set">The data.</param>
/// <param name="indices">The examples to train on.</param>
/// <param name="name">The method: <see cref="Natural"/> or <see cref="Robust"/>.</param>
internal sealed class SurrogateTraining(EvaluationRequest request, ExampleSet set, int[] indices, string name)
{
    /// <summary>Ordinary training.</summary>
    public const string Natural = "natural";

    /// <summary>Training on PGD examples under the threat evaluated.</summary>
    public const string Robust = "pgd";

    private const int Epochs = 6;
    private const int Batch = 50;
    private const int InnerSteps = 7;

    // Under a large budget training on full perturbations from the first step on never begins to learn.
    private const double Warmup = 3;
    private const string IdentityKey = "temper.surrogate";
    private const string ForwardsKey = "temper.forwards";
    private const string GradientsKey = "temper.gradients";

    private static readonly Schedule Rate = new([(0, 0), (0.3, 0.003), (1, 0)]);

    private readonly string _path = Path.Combine(request.Folder, RunFolder.Surrogates, $"{name}.safetensors");
    private readonly Rng _rng = new Rng(request.Seed).Fork("surrogates").Fork(name);
    private readonly InputShape _input = new(set.Channels, set.Height, set.Width);
    private readonly ThreatModel _threat = request.Threat with { Goal = Goal.Untargeted };

    // Quick to train and to attack; rows of a table have no neighbourhoods to convolve.
    private readonly ArchitectureSource _architecture = ArchitectureSource.Of(
        new(set is ImageSet && Math.Min(set.Height, set.Width) >= 8 ? "mnist-net" : "mlp")
    );

    /// <summary>Gets whether the network is there already.</summary>
    public bool IsDone =>
        File.Exists(_path) && SafetensorsFile.Read(_path).Metadata.GetValueOrDefault(IdentityKey) == Identity();

    /// <summary>Gets what training costs: an ascent of some steps, and the update, for each example and epoch.</summary>
    public PassCeiling Cost
    {
        get
        {
            var seen = (long)Epochs * indices.Length * (name == Natural ? 1 : InnerSteps + 1);
            return new(seen, seen);
        }
    }

    /// <summary>How long passes through the network take.</summary>
    public PassTimes Times()
    {
        using var model = Build();
        return PassTimes.Measure(
            new()
            {
                Model = model,
                Set = set,
                Indices = indices,
                Threat = _threat,
                Attacks = [],
                Block = Math.Min(Batch, indices.Length),
                Rng = _rng,
            },
            others: true
        );
    }

    /// <summary>Trains the network where it is not there yet.</summary>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellation">Stops after the step; training goes on from there.</param>
    /// <returns>The network, which the caller owns, and the passes that training it took.</returns>
    public (ModelFile File, ManifestPasses Passes) Open(
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation
    )
    {
        if (!IsDone)
        {
            Train(progress, cancellation);
        }
        var metadata = SafetensorsFile.Read(_path).Metadata;
        return (ModelFile.Open(_path, _input, set.Classes), new(Count(ForwardsKey), Count(GradientsKey)));

        long Count(string key) => long.Parse(metadata[key], CultureInfo.InvariantCulture);
    }

    private void Train(IProgress<EvaluationProgress>? progress, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        using var model = Build();
        using var update = WeightUpdate.Adam(model.Module, 0);
        var plan = new TrainPlan
        {
            Model = model,
            Train = new BatchSource(set, indices, model.Device),
            // Nobody looks at it, so one example does.
            Validator = new(
                new BatchSource(set, indices[..1], model.Device),
                _threat,
                new Pgd(new() { Steps = 1 }),
                1,
                _rng
            ),
            Threat = _threat,
            Objective =
                name == Natural ? new Training.Objectives.Natural() : new PgdTraining(new() { Steps = InnerSteps }),
            Update = update,
            LearningRate = Rate,
            Epochs = Epochs,
            BatchSize = Batch,
            EpsilonWarmup = Warmup,
            Rng = _rng,
        };
        var checkpoint = _path + ".checkpoint";
        var told = progress is null ? null : new Told(progress, $"surrogate {name}");
        var state = new Trainer(plan, [], new CheckpointStore(checkpoint, Identity())).Run(
            File.Exists(checkpoint),
            told,
            cancellation
        );
        var trainedFor = name == Natural ? "clean accuracy, as a surrogate" : $"{_threat.Text} by pgd, as a surrogate";
        var metadata = ModelFile
            .Metadata(_architecture.Info.Id, _architecture.Options, _input, set.Classes, trainedFor)
            .Append(new(IdentityKey, Identity()))
            .Append(new(ForwardsKey, state.Meter.Forwards.ToString(CultureInfo.InvariantCulture)))
            .Append(new(GradientsKey, state.Meter.Gradients.ToString(CultureInfo.InvariantCulture)));
        Weights.Save(model.Module, _path, metadata.ToDictionary(StringComparer.Ordinal));
        File.Delete(checkpoint);
    }

    private ModuleClassifier Build()
    {
        manual_seed(_rng.Fork("init").TorchSeed(0));
        var module = _architecture.Create().Build(_input, set.Classes);
        module.to(request.Model.Classifier.Device);
        var model = new ModuleClassifier(module, _input, set.Classes, kind: "built-in");
        var graph = (_architecture.Create() as Models.Architectures.GraphArchitecture)?.Describe(_input, set.Classes);
        PassChoice.Apply(model, PassChoice.Of(graph, request.Passes, null));
        return model;
    }

    private string Identity() =>
        Hashes.Sha256(
            System.Text.Encoding.UTF8.GetBytes(
                new JsonObject
                {
                    ["temper"] = EnvironmentCard.Version,
                    ["rng"] = Rng.Algorithm,
                    ["seed"] = request.Seed,
                    ["threads"] = request.Threads,
                    ["passes"] = request.Passes.Text,
                    ["data"] = set.Sha256,
                    ["examples"] = new JsonArray([.. indices.Select(i => (JsonNode)i)]),
                    ["threat"] = _threat.Text,
                    ["method"] = name,
                }.ToJsonString()
            )
        );

    /// <summary>Tells of training as of a stage of the evaluation.</summary>
    private sealed class Told(IProgress<EvaluationProgress> inner, string stage) : IProgress<TrainProgress>
    {
        public void Report(TrainProgress value)
        {
            // The end of an epoch was told of with its last step.
            if (value.Finished is null)
            {
                inner.Report(new(stage, value.Step * Batch, value.TotalSteps * Batch, EvaluationProgress.NotAttacked));
            }
        }
    }
}
