using Temper.Attacks;
using Temper.Data;
using Temper.Models;
using Temper.Models.Architectures;
using Temper.Numerics;
using Temper.Threats;
using Temper.Training;
using Temper.Training.Objectives;
using static TorchSharp.torch;

namespace Temper.Slow.Tests;

/// <summary>Live tensors are exactly flat, and resident memory nearly, over a thousand steps.</summary>
public sealed class FlatMemoryTests
{
    private const int Settled = 200;
    private const int Steps = 1000;
    private const double Slack = 8;

    /// <summary>Looks at each end whose median counts.</summary>
    private const int Window = 100;

    static FlatMemoryTests() => set_num_threads(1);

    private static readonly InputShape Input = new(1, 28, 28);

    [Fact]
    public void Training()
    {
        manual_seed(1);
        using var model = new ModuleClassifier(new MnistNet(new()).Build(Input, 10), Input, 10);
        using var average = new WeightAverage(model.Module, 0.99);
        using var update = WeightUpdate.Adam(model.Module, 0);
        var set = Datasets.Load("mnist", "train");
        var threat = ThreatModel.Parse("linf:0.3");
        var rng = new Rng(1);
        var pgd = new Pgd(new() { Steps = 2 });
        var plan = new TrainPlan
        {
            Model = model,
            Train = new BatchSource(set, [.. Enumerable.Range(0, Steps * 32)]),
            Validator = new(new BatchSource(set, [.. Enumerable.Range(59_900, 100)]), threat, pgd, 100, rng),
            Threat = threat,
            Objective = new PgdTraining(new() { Steps = 2 }),
            Update = update,
            LearningRate = new Schedule([(0, 0.001), (1, 0)]),
            Average = average,
            Epochs = 1,
            BatchSize = 32,
            Rng = rng,
        };
        var watch = new Watch();
        new Trainer(plan, []).Run(resume: false, watch, CancellationToken.None);
        watch.AssertFlat();
    }

    [Fact]
    public void Attack()
    {
        manual_seed(1);
        using var module = new ModuleClassifier(new MnistNet(new()).Build(Input, 10), Input, 10);
        using var batch = BatchSource.Gather(Datasets.Load("mnist", "test"), [.. Enumerable.Range(0, 100)], CPU);
        var watch = new Watch();
        using var watched = new Watched(module, watch);
        // A budget of almost nothing: the examples stand to the end, so every step is taken.
        var attack = new Pgd(new() { Steps = Steps + 10, Step = StepSize.Parse("rel:0.1") });
        using var result = attack.Run(watched, batch, ThreatModel.Parse("linf:0.000001"), new Rng(1));
        watch.AssertFlat();
    }

    [Fact]
    public void Restarts()
    {
        manual_seed(1);
        using var model = new ModuleClassifier(new MnistNet(new()).Build(Input, 10), Input, 10);
        using var batch = BatchSource.Gather(Datasets.Load("mnist", "test"), [.. Enumerable.Range(0, 20)], CPU);
        var watch = new Watch();
        for (var run = 0; run < Steps; run++)
        {
            var attack = new Pgd(new() { Steps = 1 });
            attack.Run(model, batch, ThreatModel.Parse("linf:0.1"), new Rng((ulong)run)).Dispose();
            watch.Look();
        }
        watch.AssertFlat();
    }

    /// <summary>Notes live tensors and resident memory.</summary>
    private sealed class Watch : IProgress<TrainProgress>
    {
        private readonly List<long> _tensors = [];
        private readonly List<double> _megabytes = [];

        public void Report(TrainProgress value)
        {
            // The report after validation comes from elsewhere in the loop.
            if (value.Finished is null)
            {
                Look();
            }
        }

        public void Look()
        {
            if (_tensors.Count == Settled || _tensors.Count == Steps - Window)
            {
                // Handles that building and warming up left behind, here and in earlier tests, go now: were the finalizers to
                // take them later, the count would fall at a moment of their choosing. What a step leaves behind still shows.
                // Before both windows, so that the managed heap, which grows and shrinks as it likes, is at its smallest in either.
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                GC.WaitForPendingFinalizers();
            }
            _tensors.Add(Tensor.TotalCount);
            _megabytes.Add(Environment.WorkingSet / 1048576.0);
        }

        public void AssertFlat()
        {
            Assert.True(_tensors.Count >= Steps, $"looked {_tensors.Count} times, expected at least {Steps}");
            var counts = _tensors[Settled..Steps].Distinct().ToArray();
            Assert.True(counts.Length == 1, $"live tensors: {string.Join(", ", counts)}");
            var (before, after) = (
                Median(_megabytes[Settled..(Settled + Window)]),
                Median(_megabytes[(Steps - Window)..Steps])
            );
            Assert.True(after - before < Slack, $"resident memory went from {before:F1} to {after:F1} MB");
        }

        private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
    }

    /// <summary>A classifier that looks whenever it is asked.</summary>
    private sealed class Watched(ModuleClassifier inner, Watch watch) : IClassifier
    {
        public string Kind => inner.Kind;

        public int Classes => inner.Classes;

        public InputShape Input => inner.Input;

        public PixelRange Range => inner.Range;

        public Access Access => inner.Access;

        public Device Device => inner.Device;

        public Tensor Logits(Tensor x)
        {
            watch.Look();
            return inner.Logits(x);
        }

        public ModeScope Enter(Mode mode) => inner.Enter(mode);

        public void Dispose() { }
    }
}
