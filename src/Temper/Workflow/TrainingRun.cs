using System.Text.Json.Nodes;
using Temper.Attacks;
using Temper.Data;
using Temper.Evaluation;
using Temper.Models;
using Temper.Models.Passes;
using Temper.Numerics;
using Temper.Runs;
using Temper.Serialization;
using Temper.Threats;
using Temper.Training;
using Temper.Training.Observers;
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
    private StartingPoint? _start;
    private IReadOnlyList<int> _extra = [];
    private IReadOnlyList<ManifestOther>? _others;

    /// <summary>Gets the data where it was read already.</summary>
    internal TrainingData? Data { get; init; }

    /// <summary>Gets the settings that make the training weak, known once it is prepared.</summary>
    public IReadOnlyList<ManifestWeakness> Weaknesses => _inputs?.Weaknesses ?? [];

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
        var begun = Begun();
        _others = OtherModels.Cards(objective, begun);
        _start = StartingPoint.Of(request, architecture, train);
        // A run that is resumed goes on as it began.
        _arithmetic = PassChoice.Of(
            _start.Graph,
            RecipePart.Of("passes", () => PassSettings.Parse(_config.Passes)),
            begun
        );
        _extra = data.ExtraLeft(Split(train).Validation);
        if (begun is null)
        {
            WriteFirstManifest(data, _start, threat, attacks);
        }
        var twin = TwinRun.Of(request, objective, data);

        var card = Train(data, threat, objective, _start, training, cancellation);

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
                Certify = _config.Evaluation.Certify,
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

    private (int[] Train, int[] Validation) Split(ExampleSet set) =>
        SplitRule.Split(
            set.Count,
            _config.Data.Validation,
            new Rng(_config.Seed).Fork("train").Fork("split").Permutation(set.Count, 0)
        );

    private ManifestTraining Train(
        TrainingData data,
        ThreatModel threat,
        Objective objective,
        StartingPoint start,
        IProgress<TrainProgress>? progress,
        CancellationToken cancellation
    )
    {
        var (t, set) = (_config.Training, data.Train);
        var rng = new Rng(_config.Seed).Fork("train");
        var device = new Device(request.Device);
        var (trainIndices, validationIndices) = Split(set);
        using var model = start.Build(rng.Fork("init"), device);
        var module = model.Module;
        if (start.Card is null)
        {
            objective.Begin(module, rng.Fork("init"));
        }
        PassChoice.Apply(model, _arithmetic);
        var examples = Wrapping.Examples(_config.Data, data, trainIndices, _extra, rng, device);
        using var average = Wrapping.Average(module, t, examples.BatchCount(t.Batch) * objective.Replays);
        using var update = Wrapping.Update(module, t.Optimizer);
        using var others = new OtherModels();
        var trainedFor = objective.Adversarial
            ? $"{threat.Text} by {t.Objective.Id} (recipe {_config.Name})"
            : $"clean accuracy by {t.Objective.Id} (recipe {_config.Name})";
        var metadata = start.Metadata(
            start.Card is { } card ? $"{trainedFor}, begun from {Path.GetFileName(card.Path)}" : trainedFor
        );
        var best = new BestKeeper(_best, average, metadata, byClean: !objective.Adversarial);
        var plan = new TrainPlan
        {
            Model = model,
            Train = examples,
            Validator = Validator(set, validationIndices, threat, rng, device, objective),
            Threat = threat,
            Objective = Wrapping.Around(objective, t),
            Update = update,
            LearningRate = Wrapping.Corners(t.Schedule),
            Average = average,
            Others = others,
            Epochs = t.Epochs,
            BatchSize = t.Batch,
            EpsilonWarmup = t.EpsilonWarmup,
            EpsilonGrowth = Enum.Parse<Growth>(t.EpsilonGrowth, ignoreCase: true),
            InnerMode = t.InnerMode == InnerMode.Train ? Mode.TrainFrozenStatistics : Mode.Evaluate,
            CheckpointSteps = t.CheckpointSteps,
            Rng = rng,
        };
        List<ITrainObserver> observers =
        [
            best,
            .. RunObservers.Of(request, objective.Adversarial, set.Classes, threat.Epsilon.Value, clock),
        ];
        var store = new CheckpointStore(Path.Combine(request.Folder, RunFolder.Checkpoint), Identity(data));
        var state = new Trainer(plan, observers, store).Run(request.Resume, progress, cancellation);
        KeepLast(state, module, average, metadata);
        var seen = (long)state.Step * t.Batch;
        var standard = Math.Min(seen, t.Epochs * examples.ExamplesPerEpoch(t.Batch));
        return Card(data, start) with
        {
            Forwards = state.Meter.Forwards,
            Backwards = state.Meter.Gradients,
            Seconds = state.Seconds,
            StandardPasses = new(standard, standard),
            Events = Events(state, best),
            BestEpoch = best.Epoch == 0 ? null : best.Epoch,
            Best = Card(best.Best),
            Last = Card(best.Last),
        };
    }

    private ManifestTraining Card(TrainingData data, StartingPoint start) =>
        new(_config.Name, ConfigReader.ToJson(_config), 0, 0, 0, new(0, 0), [])
        {
            Start = start.Card,
            Others = _others,
            Weaknesses = Weaknesses.Count > 0 ? Weaknesses : null,
            Extra = data.Extra is { } extra
                ? new(extra.Name, _extra.Count, extra.Count - _extra.Count, _config.Data.Extra.Share, extra.Sha256)
                : null,
        };

    /// <summary>What happened; where training stopped to come back to the best weights, the gap is explained by that already.</summary>
    private static List<string> Events(TrainState state, BestKeeper best) =>
        !state.RollBack && best.RobustOverfitting is { } gap ? [.. state.Events, gap] : state.Events;

    private static ManifestEpoch? Card(KeptEpoch? epoch) =>
        epoch is null ? null : new(epoch.Epoch, epoch.Examples, epoch.Clean, epoch.Robust);

    /// <summary>What an interrupted run wrote when it began; null for a run that begins.</summary>
    private RunManifest? Begun()
    {
        var path = Path.Combine(request.Folder, RunFolder.Manifest);
        return request.Resume && File.Exists(path) ? RunManifest.Read(path) : null;
    }

    /// <summary>What is known before any work: an interrupted run can be told from its folder alone.</summary>
    private void WriteFirstManifest(
        TrainingData data,
        StartingPoint start,
        ThreatModel threat,
        IReadOnlyList<RequestedAttack> attacks
    )
    {
        var (train, test, overlap) = data;
        var sample = request.Limit is null ? Followed?.SampleOf(test.Count) : null;
        var selection = Selection.Of(test.Count, request.Limit, sample, new Rng(_config.Seed));
        var manifest = ManifestBuilder.Create(
            new(_config.Seed, request.Threads, _config.Evaluation.Block, request.Device),
            new(ModelFile.BestName, "", start.Kind, start.Architecture, 0, "unknown"),
            DataSource.Card(test, selection, SplitText(train), overlap),
            threat,
            attacks,
            Card(data, start),
            clock
        );
        (manifest with { Arithmetic = _arithmetic }).Write(Path.Combine(request.Folder, RunFolder.Manifest));
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

    private Validator Validator(
        ExampleSet set,
        int[] validation,
        ThreatModel threat,
        Rng rng,
        Device device,
        Objective objective
    )
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
        )
        {
            Proof = objective.Proof,
        };
    }

    private string Identity(TrainingData data)
    {
        var identity = new JsonObject
        {
            ["temper"] = EnvironmentCard.Version,
            ["rng"] = Rng.Algorithm,
            ["threads"] = request.Threads,
            ["device"] = request.Device,
            ["arithmetic"] = JsonText.ToNode(_arithmetic),
            ["data"] = data.Train.Sha256,
            ["extra"] = data.Extra?.Sha256,
            ["start"] = _start?.Card?.Sha256,
            ["config"] = ConfigReader.ToJson(_config),
        };
        if (_others is not null)
        {
            identity["others"] = new JsonArray([.. _others.Select(other => (JsonNode)other.Sha256)]);
        }
        return Hashes.Sha256(System.Text.Encoding.UTF8.GetBytes(identity.ToJsonString()));
    }
}
