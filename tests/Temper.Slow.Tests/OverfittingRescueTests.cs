using Temper.Attacks;
using Temper.Data;
using Temper.Models;
using Temper.Models.Architectures;
using Temper.Numerics;
using Temper.Threats;
using Temper.Training;
using Temper.Training.Objectives;
using Temper.Training.Observers;
using static TorchSharp.torch;

namespace Temper.Slow.Tests;

/// <summary>A network that withstands L∞ 0.3 on MNIST goes on with one step that is made too long, at a rising learning rate: catastrophic overfitting.</summary>
public sealed class OverfittingRescueTests : IDisposable
{
    private const int Examples = 10_000;
    private const int Held = 500;
    private const int Epochs = 10;

    private static readonly InputShape Input = new(1, 28, 28);
    private static readonly ThreatModel Threat = ThreatModel.Parse("linf:0.3");

    private readonly string _best = Path.GetTempFileName();

    static OverfittingRescueTests() => set_num_threads(1);

    public void Dispose() => File.Delete(_best);

    [Fact]
    public void Is_caught_within_an_epoch_and_the_best_weights_are_kept()
    {
        const int Seed = 1;
        var rng = new Rng(Seed);
        var set = Datasets.Load("mnist", "train");
        manual_seed(Seed);
        using var model = new ModuleClassifier(new MnistNet(new()).Build(Input, 10), Input, 10);
        var train = new BatchSource(set, [.. Enumerable.Range(0, Examples)]);
        var validator = new Validator(
            new BatchSource(set, [.. Enumerable.Range(60_000 - Held, Held)]),
            Threat,
            new Pgd(new() { Steps = 20, Step = StepSize.Parse("rel:0.125") }),
            Held,
            rng.Fork("validate")
        );
        var figures = new Figures();

        // A network that withstands, by a method that does not overfit.
        using (var update = WeightUpdate.Adam(model.Module, 0))
        {
            var honest = new PgdTraining(new() { Steps = 5, Step = StepSize.Parse("rel:0.5") });
            var plan = Plan(model, train, validator, honest, update, rng.Fork("honest")) with
            {
                Epochs = 4,
                LearningRate = new Schedule([(0, 0.002), (1, 0.001)]),
                EpsilonWarmup = 2,
            };
            var honestState = new Trainer(plan, [new OverfittingWatch(0.3), figures]).Run(false, null, default);
            Assert.Null(honestState.StopReason);
        }
        var before = (double)figures.Records[^1].Pgd / Held;
        Assert.True(before > 0.5, $"only {before:P1} withstand before the provocation");
        figures.Records.Clear();

        // One step of 2 ε ends in a corner of the ball wherever it began, so that it can be learnt by heart.
        using var second = WeightUpdate.Adam(model.Module, 0);
        var keeper = new BestKeeper(_best, null, new Dictionary<string, string>());
        var provoked = Plan(
            model,
            new BatchSource(set, [.. Enumerable.Range(0, Examples / 2)]),
            validator,
            new FastTraining(new() { Step = StepSize.Parse("rel:2") }),
            second,
            rng.Fork("provoked")
        ) with
        {
            Epochs = Epochs,
            LearningRate = new Schedule([(0, 0), (0.2, 0.0005), (1, 0.01)]),
        };
        var state = new Trainer(provoked, [keeper, new OverfittingWatch(0.3), figures]).Run(false, null, default);

        var pgd = figures.Records.Select(r => (double)r.Pgd / Held).ToArray();
        var story = string.Join(", ", figures.Records.Select(r => $"{r.Clean}/{r.Fgsm}/{r.Pgd}"));
        Assert.True(state.RollBack, story);
        Assert.Contains("catastrophic overfitting", state.StopReason, StringComparison.Ordinal);
        // No epoch was trained after one that had lost 20 points against PGD.
        Assert.All(Enumerable.Range(0, pgd.Length - 1), i => Assert.True(pgd[i] >= pgd[..(i + 1)].Max() - 0.2, story));
        Assert.True(figures.Records[^1].Fgsm > figures.Records[^1].Pgd + (Held / 5), story);
        // What is kept is from before it.
        Assert.True(keeper.Best!.Epoch < keeper.Last!.Epoch, story);
        Weights.Load(model.Module, _best);
        var saved = validator.Measure(model, default);
        Assert.Equal(keeper.Best.Robust, saved.Robust);
        Assert.True(saved.Robust > keeper.Last.Robust + (Held / 20), story);
        TestContext.Current.SendDiagnosticMessage($"{before:P1} before; {story}; {state.StopReason}");
    }

    private static TrainPlan Plan(
        ModuleClassifier model,
        BatchSource train,
        Validator validator,
        Objective objective,
        WeightUpdate update,
        Rng rng
    ) =>
        new()
        {
            Model = model,
            Train = train,
            Validator = validator,
            Threat = Threat,
            Objective = objective,
            Update = update,
            LearningRate = new Schedule([(0, 0.001), (1, 0.001)]),
            Epochs = 1,
            BatchSize = 100,
            Rng = rng,
        };

    private sealed class Figures : ITrainObserver
    {
        public List<ValidationRecord> Records { get; } = [];

        public string Name => "figures";

        public void OnEpoch(TrainState state, EpochRecord record) => Records.Add(record.Validation);
    }
}
