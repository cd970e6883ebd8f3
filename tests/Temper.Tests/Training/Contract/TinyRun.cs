using Temper.Attacks;
using Temper.Data;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Threats;
using Temper.Training;
using Temper.Training.Observers;

namespace Temper.Tests.Training.Contract;

/// <summary>A training of 36 steps on stripes, with dropout, BatchNorm, average and optimizer state, that can be cut anywhere.</summary>
internal sealed class TinyRun : IDisposable, IProgress<TrainProgress>
{
    private readonly ModuleClassifier _model;
    private readonly ModuleClassifier _other = Toy.ConvNet(43);
    private readonly Settings _settings;
    private readonly WeightAverage _average;
    private readonly WeightUpdate _update;
    private readonly string _folder;
    private readonly Objective _objective;
    private CancellationTokenSource _stop = new();
    private int _stopAt;

    public TinyRun(string folder, Settings settings)
    {
        (_folder, _settings) = (folder, settings);
        _model = ContractObjectives.Net(settings.Objective, 42);
        Directory.CreateDirectory(folder);
        var source = Source();
        _average = settings.Has("swa")
            ? WeightAverage.Equal(_model.Module, source.BatchCount(16), source.BatchCount(16))
            : new WeightAverage(_model.Module, 0.9);
        _update = settings.Optimizer switch
        {
            "adam" => WeightUpdate.Adam(_model.Module, 1e-4),
            "sgd" => WeightUpdate.Sgd(_model.Module, 0.9, 1e-4),
            _ => WeightUpdate.Sgd(_model.Module, 0, 0),
        };
        _objective = settings.Wrap(ContractObjectives.Create(settings.Objective));
    }

    /// <summary>Trains to the end, cut at the steps given, each part in a process' worth of objects of its own.</summary>
    /// <returns>All weights, averages and figures.</returns>
    public static string Train(string folder, Settings settings, int[] interruptAt)
    {
        foreach (var step in interruptAt)
        {
            using var part = new TinyRun(folder, settings);
            var stopped = Record.Exception(() => part.Go(resume: true, step));
            // A watch may end a training early; not before the second of its three, of twelve steps each.
            Assert.True(stopped is OperationCanceledException || (stopped is null && step > 24), $"{step}: {stopped}");
        }
        using var last = new TinyRun(folder, settings);
        last.Go(resume: true, int.MaxValue);
        return last.Fingerprint() + File.ReadAllText(Path.Combine(folder, "metrics.jsonl")).Split("seconds")[0];
    }

    public void Go(bool resume, int stopAt)
    {
        _stopAt = stopAt;
        _stop.Dispose();
        _stop = new();
        var source = Source();
        var rng = new Rng(3);
        var threat = ThreatModel.Parse(_settings.Threat);
        var plan = new TrainPlan
        {
            Model = _model,
            Train = source,
            Validator = new(
                new BatchSource(source.Set, [.. Enumerable.Range(190, 10)]),
                threat,
                new Pgd(new() { Steps = 2 }),
                10,
                rng
            ),
            Threat = threat,
            Objective = _objective,
            Update = _update,
            LearningRate = new Schedule([(0, 0), (0.5, 0.01), (1, 0)]),
            Average = _average,
            Others = new ContractObjectives.Others(_other),
            Epochs = 3,
            BatchSize = 16,
            EpsilonWarmup = 0.5,
            EpsilonGrowth = _settings.Has("cosine") ? Growth.Cosine : Growth.Linear,
            InnerMode = Mode.TrainFrozenStatistics,
            CheckpointSteps = 5,
            Rng = rng,
        };
        var store = new CheckpointStore(Path.Combine(_folder, "checkpoint.safetensors"), "test");
        var metrics = new MetricsWriter(Path.Combine(_folder, "metrics.jsonl"), resume);
        new Trainer(plan, [new OverfittingWatch(0.1), metrics], store).Run(resume, this, _stop.Token);
    }

    public void Report(TrainProgress value)
    {
        if (value.Step == _stopAt)
        {
            _stop.Cancel();
        }
    }

    public void Dispose()
    {
        _stop.Dispose();
        _average.Dispose();
        _update.Dispose();
        _model.Dispose();
        _other.Dispose();
    }

    private BatchSource Source() =>
        new(Toy.Stripes(200, 1), [.. Enumerable.Range(0, 190)])
        {
            Mixing =
                _settings.Has("mixup") ? new(MixKind.Mixup, 1, new Rng(4))
                : _settings.Has("cutmix") ? new(MixKind.CutMix, 1, new Rng(4))
                : null,
            Extra = _settings.Has("extra")
                ? new(Toy.Stripes(70, 2), [.. Enumerable.Range(0, 70)], 0.4, new Rng(5))
                : null,
        };

    private string Fingerprint() =>
        string.Join(
            "\n",
            Weights
                .State(_model.Module)
                .Concat(_average.State)
                .Select(s => s.Name + Convert.ToHexString(Weights.Entry(s.Name, s.Value).Data.Span))
        );

    /// <summary>What is trained, and how.</summary>
    /// <param name="Objective">The id of the method.</param>
    public sealed record Settings(string Objective)
    {
        /// <summary>Gets the weight update: adam, sgd or sgd-plain.</summary>
        public string Optimizer { get; init; } = "sgd";

        /// <summary>Gets the threat model.</summary>
        public string Threat { get; init; } = "linf:0.1";

        /// <summary>Gets the wrapper around the method; null for none.</summary>
        public string? Wrapper { get; private init; }

        private IReadOnlyList<string> Features { get; init; } = [];

        /// <summary>Whether something that is no wrapper is on.</summary>
        /// <param name="feature">One of swa, mixup, cutmix, extra and cosine.</param>
        public bool Has(string feature) => Features.Contains(feature, StringComparer.Ordinal);

        /// <summary>With a wrapper, or with something else that composes with any method.</summary>
        /// <param name="name">Its name.</param>
        public Settings With(string name) =>
            ContractWrappers.Names.Contains(name, StringComparer.Ordinal)
                ? this with
                {
                    Wrapper = name,
                }
                : this with
                {
                    Features = [.. Features, name],
                };

        /// <summary>The method as the loop sees it.</summary>
        public Objective Wrap(Objective inner) => Wrapper is null ? inner : ContractWrappers.Around(Wrapper, inner);
    }
}
