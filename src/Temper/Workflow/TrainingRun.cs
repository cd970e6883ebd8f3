using System.Text.Json.Nodes;
using Temper.Attacks;
using Temper.Data;
using Temper.Evaluation;
using Temper.Models;
using Temper.Models.Architectures;
using Temper.Models.Passes;
using Temper.Numerics;
using Temper.Runs;
using Temper.Serialization;
using Temper.Threats;
using Temper.Training;
using Temper.Training.Observers;
using TorchSharp;
using static TorchSharp.torch;

namespace Temper.Workflow;

/// <summary>Trains by a recipe, then evaluates the best weights on test data and writes the report.</summary>
/// <param name="request">What to train.</param>
/// <param name="clock">Tells the time for the manifest.</param>
public sealed class TrainingRun(TrainingRequest request, TimeProvider clock)
{
    private readonly RunConfig _config = request.Config;
    private ManifestArithmetic? _arithmetic;
    private readonly string _best = Path.Combine(request.Folder, ModelFile.BestName);
    private TrainingInputs? _inputs;

    /// <summary>Gets the data where it was read already.</summary>
    internal TrainingData? Data { get; init; }

    /// <summary>Resolves the recipe and reads the data, so that what is wrong with them is said before libtorch is loaded.</summary>
    internal void Prepare() => _inputs ??= TrainingInputs.Of(request, Data);

    /// <summary>Trains and evaluates.</summary>
    /// <param name="training">Told after every training step.</param>
    /// <param name="evaluation">Told after every block of the evaluation.</param>
    /// <param name="cancellation">Stops after the step; the run can be resumed.</param>
    public void Run(
        IProgress<TrainProgress>? training,
        IProgress<EvaluationProgress>? evaluation,
        CancellationToken cancellation
    )
    {
        Prepare();
        var (threat, attacks, objective, architecture, data) = _inputs!;
        var (train, test, overlap) = data;
        RunFolder.Open(request.Folder, request.Resume);
        _arithmetic = Arithmetic(architecture, train);
        WriteFirstManifest(train, test, overlap, threat, attacks);
        var twin = TwinRun.Of(request, objective, data);

        var card = Train(train, threat, objective, architecture, training, cancellation);

        var input = new InputShape(test.Channels, test.Height, test.Width);
        using var model = ModelFile.Open(_best, input, test.Classes);
        EvaluationRun.Run(
            new()
            {
                Model = model,
                Set = test,
                Threat = threat,
                Attacks = attacks,
                Protocol = Followed,
                Limit = request.Limit,
                Sample = request.Limit is null ? Followed?.SampleOf(test.Count) : null,
                Block = _config.Evaluation.Block,
                Seed = _config.Seed,
                Threads = request.Threads,
                Folder = request.Folder,
                Resume = request.Resume,
                Training = card,
                ValidationRule = SplitText(train),
                Overlap = overlap,
                Curve = _config.Evaluation.Curve,
                Unseen = Followed?.Unseen,
                TrainingSplit = train,
            },
            clock,
            evaluation,
            cancellation
        );
        twin?.Run(clock, training, evaluation, cancellation);
    }

    private Protocol? Followed => Protocol.Of(_config.Evaluation.Protocol);

    private string SplitText(ExampleSet train) =>
        SplitRule.Describe(train.Count, _config.Data.Validation, $"keyed by seed {_config.Seed}, path 'train/split'");

    private ManifestTraining Train(
        ExampleSet set,
        ThreatModel threat,
        Objective objective,
        ArchitectureSource architecture,
        IProgress<TrainProgress>? progress,
        CancellationToken cancellation
    )
    {
        var t = _config.Training;
        var rng = new Rng(_config.Seed).Fork("train");
        var device = new Device(request.Device);
        var (trainIndices, validationIndices) = SplitRule.Split(
            set.Count,
            _config.Data.Validation,
            rng.Fork("split").Permutation(set.Count, 0)
        );
        var input = new InputShape(set.Channels, set.Height, set.Width);
        manual_seed(rng.Fork("init").TorchSeed(0));
        var module = architecture.Create().Build(input, set.Classes);
        module.to(device);
        using var model = new ModuleClassifier(module, input, set.Classes, kind: "built-in");
        PassChoice.Apply(model, _arithmetic);
        using var average = t.Ema > 0 ? new WeightAverage(module, t.Ema) : null;
        using var update = Optimizer(module);
        using var others = new OtherModels();
        var trainedFor = objective.Adversarial
            ? $"{threat.Text} by {t.Objective.Id} (recipe {_config.Name})"
            : $"clean accuracy by {t.Objective.Id} (recipe {_config.Name})";
        var metadata = ModelFile.Metadata(_config.Model.Id, architecture.Options, input, set.Classes, trainedFor);
        var best = new BestKeeper(_best, average, metadata, byClean: !objective.Adversarial);
        var plan = new TrainPlan
        {
            Model = model,
            Train = new BatchSource(set, trainIndices, device)
            {
                Augmentation = DataSource.Augmentation(_config.Data.Augment, set, rng),
            },
            Validator = Validator(set, validationIndices, threat, rng, device),
            Threat = threat,
            Objective = objective,
            Update = update,
            LearningRate = new Schedule([.. t.Schedule.Select(p => (p.Fraction, p.LearningRate))]),
            Average = average,
            Others = others,
            Epochs = t.Epochs,
            BatchSize = t.Batch,
            EpsilonWarmup = t.EpsilonWarmup,
            InnerMode = t.InnerMode == InnerMode.Train ? Mode.TrainFrozenStatistics : Mode.Evaluate,
            CheckpointSteps = t.CheckpointSteps,
            Rng = rng,
        };
        List<ITrainObserver> observers =
        [
            best,
            .. RunObservers.Of(request, objective.Adversarial, set.Classes, threat.Epsilon.Value, clock),
        ];
        var store = new CheckpointStore(Path.Combine(request.Folder, RunFolder.Checkpoint), Identity(set));
        var state = new Trainer(plan, observers, store).Run(request.Resume, progress, cancellation);
        KeepLast(state, module, average, metadata);
        var seen = (long)state.Step * t.Batch;
        var standard = Math.Min(seen, (long)t.Epochs * trainIndices.Length);
        return new(
            _config.Name,
            ConfigReader.ToJson(_config),
            state.Meter.Forwards,
            state.Meter.Gradients,
            state.Seconds,
            new(standard, standard),
            state.Events,
            best.Epoch == 0 ? null : best.Epoch
        );
    }

    /// <summary>How the network is computed; a run that is resumed goes on as it began.</summary>
    private ManifestArithmetic? Arithmetic(ArchitectureSource architecture, ExampleSet set)
    {
        var path = Path.Combine(request.Folder, RunFolder.Manifest);
        var begun = request.Resume && File.Exists(path) ? RunManifest.Read(path) : null;
        var graph = (architecture.Create() as GraphArchitecture)?.Describe(
            new InputShape(set.Channels, set.Height, set.Width),
            set.Classes
        );
        return PassChoice.Of(graph, RecipePart.Of("passes", () => PassSettings.Parse(_config.Passes)), begun);
    }

    /// <summary>What is known before any work: an interrupted run can be told from its folder alone.</summary>
    private void WriteFirstManifest(
        ExampleSet train,
        ExampleSet test,
        int overlap,
        ThreatModel threat,
        IReadOnlyList<RequestedAttack> attacks
    )
    {
        var path = Path.Combine(request.Folder, RunFolder.Manifest);
        if (request.Resume && File.Exists(path))
        {
            return;
        }
        var sample = request.Limit is null ? Followed?.SampleOf(test.Count) : null;
        var selection = Selection.Of(test.Count, request.Limit, sample, new Rng(_config.Seed));
        var manifest = ManifestBuilder.Create(
            new(_config.Seed, request.Threads, _config.Evaluation.Block, request.Device),
            new(ModelFile.BestName, "", "built-in", _config.Model.Id, 0, "unknown"),
            DataSource.Card(test, selection, SplitText(train), overlap),
            threat,
            attacks,
            new(_config.Name, ConfigReader.ToJson(_config), 0, 0, 0, new(0, 0), []),
            clock
        );
        (manifest with { Arithmetic = _arithmetic }).Write(path);
    }

    /// <summary>The last weights; after a roll-back these are the best ones, since the others are not worth keeping.</summary>
    private void KeepLast(
        TrainState state,
        nn.Module module,
        WeightAverage? average,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        var path = Path.Combine(request.Folder, RunFolder.Last);
        if (state.RollBack)
        {
            AtomicFile.WriteBytes(path, File.ReadAllBytes(_best));
            return;
        }
        using (average?.Applied())
        {
            Weights.Save(module, path, metadata);
        }
    }

    private Validator Validator(ExampleSet set, int[] validation, ThreatModel threat, Rng rng, Device device)
    {
        var v = _config.Training.Validate;
        var attack = new Pgd(new() { Steps = v.Steps, Step = v.Step });
        int[] examples = [.. validation.Take(v.Examples)];
        return new(
            new BatchSource(set, examples, device),
            threat,
            attack,
            Math.Min(_config.Evaluation.Block, examples.Length),
            rng.Fork("validate")
        );
    }

    private WeightUpdate Optimizer(nn.Module module)
    {
        var o = _config.Training.Optimizer;
        var options = OptionsBinder.Bind<OptimizerOptions>(o.Options);
        return o.Id switch
        {
            "adam" => WeightUpdate.Adam(module, options.WeightDecay),
            _ => WeightUpdate.Sgd(module, options.Momentum, options.WeightDecay),
        };
    }

    private string Identity(ExampleSet set) =>
        Hashes.Sha256(
            System.Text.Encoding.UTF8.GetBytes(
                new JsonObject
                {
                    ["temper"] = EnvironmentCard.Version,
                    ["rng"] = Rng.Algorithm,
                    ["threads"] = request.Threads,
                    ["device"] = request.Device,
                    ["arithmetic"] = JsonText.ToNode(_arithmetic),
                    ["data"] = set.Sha256,
                    ["config"] = ConfigReader.ToJson(_config),
                }.ToJsonString()
            )
        );
}
