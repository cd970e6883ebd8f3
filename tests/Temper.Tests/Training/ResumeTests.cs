using Temper.Attacks;
using Temper.Data;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Tests.Training.Contract;
using Temper.Threats;
using Temper.Training;
using Temper.Training.Observers;

namespace Temper.Tests.Training;

/// <summary>A training that is interrupted and resumed ends with the same bytes, with dropout, BatchNorm, average and optimizer state.</summary>
public sealed class ResumeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("temper-resume").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("adam", "pgd")]
    [InlineData("sgd", "fast")]
    [InlineData("sgd-plain", "natural")]
    [InlineData("adam", "free")]
    public void Ends_with_the_same_bytes(string optimizer, string objective)
    {
        var whole = Train("whole", optimizer, objective, interruptAt: []);
        foreach (var step in (int[])[1, 7, 11, 13, 24, 32])
        {
            Assert.Equal(whole, Train($"cut-{step}", optimizer, objective, [step, step + 3]));
        }
    }

    public static TheoryData<string> All() => [.. ContractObjectives.Ids];

    [Theory]
    [MemberData(nameof(All))]
    public void Every_method_ends_with_the_same_bytes(string objective)
    {
        // Those for several norms are pgd under one.
        var threat = ContractObjectives.Create(objective) is ITakesUnions ? "linf:0.1+l2:0.5+l1:2" : "linf:0.1";
        var whole = Train("whole", "sgd", objective, interruptAt: [], threat);
        Assert.Equal(whole, Train("cut", "sgd", objective, [7, 18, 31], threat));
    }

    [Fact]
    public void Loses_no_tensors_over_many_steps()
    {
        using var run = new Run(Path.Combine(_folder, "leak"), "adam", "pgd");
        run.Go(resume: false, int.MaxValue);
        using (new LeakGuard())
        {
            run.Go(resume: false, int.MaxValue);
        }
    }

    private string Train(string name, string optimizer, string objective, int[] interruptAt, string threat = "linf:0.1")
    {
        var folder = Path.Combine(_folder, name);
        Directory.CreateDirectory(folder);
        foreach (var step in interruptAt)
        {
            using var part = new Run(folder, optimizer, objective, threat);
            Assert.ThrowsAny<OperationCanceledException>(() => part.Go(resume: true, step));
        }
        using var last = new Run(folder, optimizer, objective, threat);
        last.Go(resume: true, int.MaxValue);
        return last.Fingerprint() + File.ReadAllText(Path.Combine(folder, "metrics.jsonl")).Split("seconds")[0];
    }

    private sealed class Run : IDisposable, IProgress<TrainProgress>
    {
        private readonly ModuleClassifier _model;
        private readonly ModuleClassifier _other;
        private readonly WeightAverage _average;
        private readonly WeightUpdate _update;
        private readonly string _folder;
        private readonly Objective _objective;
        private readonly ThreatModel _threat;
        private CancellationTokenSource _stop = new();
        private int _stopAt;

        public Run(string folder, string optimizer, string objective, string threat = "linf:0.1")
        {
            _threat = ThreatModel.Parse(threat);
            _folder = folder;
            Directory.CreateDirectory(folder);
            _model = Toy.ConvNet(42);
            _other = Toy.ConvNet(43);
            _average = new WeightAverage(_model.Module, 0.9);
            _update = optimizer switch
            {
                "adam" => WeightUpdate.Adam(_model.Module, 1e-4),
                "sgd" => WeightUpdate.Sgd(_model.Module, 0.9, 1e-4),
                _ => WeightUpdate.Sgd(_model.Module, 0, 0),
            };
            _objective = ContractObjectives.Create(objective);
        }

        public void Go(bool resume, int stopAt)
        {
            _stopAt = stopAt;
            _stop.Dispose();
            _stop = new();
            var set = Toy.Stripes(200, 1);
            var rng = new Rng(3);
            var plan = new TrainPlan
            {
                Model = _model,
                Train = new BatchSource(set, [.. Enumerable.Range(0, 190)]),
                Validator = new(
                    new BatchSource(set, [.. Enumerable.Range(190, 10)]),
                    _threat,
                    new Pgd(new() { Steps = 2 }),
                    10,
                    rng
                ),
                Threat = _threat,
                Objective = _objective,
                Update = _update,
                LearningRate = new Schedule([(0, 0), (0.5, 0.01), (1, 0)]),
                Average = _average,
                Others = new ContractObjectives.Others(_other),
                Epochs = 3,
                BatchSize = 16,
                EpsilonWarmup = 0.5,
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

        public string Fingerprint() =>
            string.Join(
                "\n",
                Weights
                    .State(_model.Module)
                    .Concat(_average.State)
                    .Select(s => s.Name + Convert.ToHexString(Weights.Entry(s.Name, s.Value).Data.Span))
            );

        public void Dispose()
        {
            _stop.Dispose();
            _average.Dispose();
            _update.Dispose();
            _model.Dispose();
            _other.Dispose();
        }
    }
}
