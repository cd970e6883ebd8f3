using Temper.Attacks;
using Temper.Evaluation;
using Temper.Evaluation.Estimates;
using Temper.Evaluation.Foretelling;
using Temper.Evaluation.Health;
using Temper.Evaluation.Transferring;
using Temper.Evaluation.Unseen;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Tests.Kit;
using Temper.Tests.Reports;
using Temper.Threats;
using Temper.Workflow;

namespace Temper.Tests.Evaluation;

/// <summary>What is foretold holds all that an evaluation does, and is never less than what is spent.</summary>
public sealed class ForesightTests
{
    private const int Examples = 12;
    private const int Side = 8;

    private static readonly PassTimes Times = new(Forward: 1, Gradient: 10);

    [Fact]
    public void An_errand_takes_whole_blocks_of_passes_and_what_goes_on_besides()
    {
        var errand = new Errand("e", "", 10, new(3, 2), 4) { Besides = 0.5 };
        // Ten examples are three blocks of four: 12 · (3 · 1 + 2 · 10) · pace, and 10 · 0.5.
        Assert.Equal((12 * 23 * 2) + 5, errand.Seconds(Times, 2));
    }

    [Fact]
    public void What_is_left_shrinks_as_errands_are_reached()
    {
        var list = new ErrandList([new("probe.x", "", 1, new(7, 0), 1), One("a", 100), One("b", 10), One("c", 1)]);
        Assert.Equal(118, list.Forwards);
        Assert.Equal(118, list.Left(Times, _ => 1, 0));
        list.End("probe.x");
        Assert.Equal(111, list.Left(Times, _ => 1, 0));
        list.Reach("a", 30);
        list.Reach("a", 60);
        Assert.Equal(100 - 60 + 11, list.Left(Times, _ => 1, 60));
        // It has gone on since 60.
        list.Reach("b", 64);
        Assert.Equal(10 - 6 + 1, list.Left(Times, _ => 1, 66));
        // Longer than foretold is not less than nothing; what is unknown belongs to what goes on.
        list.Reach("unknown", 1000);
        Assert.Equal(1, list.Left(Times, _ => 1, 1000));
        list.Reach("c", 1001);
        list.Reach("a", 1001.5);
        Assert.Equal(0.5, list.Left(Times, _ => 1, 1000.5));

        static Errand One(string stage, int forwards) => new(stage, "", 1, new(forwards, 0), 1);
    }

    [Fact]
    public void The_forecast_is_that_of_the_attacks_and_of_every_errand()
    {
        using var model = Toy.ConvNet(1);
        var plan = Plan(model);
        var alone = new Foresight(plan, new ErrandList([]), Times).Tell(Examples, Examples, false, 8, 8, 0);
        // FGSM on all: two forwards and a gradient each.
        Assert.Equal((2 * Examples, Examples), (alone.Forwards, alone.Gradients));
        var more = new ErrandList([new("a", "fgsm", 3, new(100, 0), 1), new("b", "", 1, new(0, 1000), 1)]);
        var whole = new Foresight(plan, more, Times).Tell(Examples, Examples, false, 8, 8, 0);
        Assert.Equal((alone.Forwards + 300, alone.Gradients + 1000), (whole.Forwards, whole.Gradients));
        Assert.Equal(alone.Seconds + 300 + 10_000, whole.Seconds, 1e-6);
    }

    [Fact]
    public void What_parts_cost_is_known_in_closed_form()
    {
        using var model = Toy.ConvNet(1, classes: 10);
        // Clean, four times more, in other company, with gradients; 32 alone; 20 + 2 points nearby; three losses, tried and at two
        // points; their agreement at one point and four more; two searches of 20 steps; 128 examples followed for 40 steps.
        var health = HealthWork.Of(model, 256, binarises: false).Most;
        Assert.Equal((256 * (7 + 22 + 9 + 5 + (2 * 22))) + 32 + (128 * 41), health.Forwards);
        Assert.Equal((256 * (9 + 1 + (2 * 20))) + (128 * 41), health.Gradients);
        using var other = Toy.ConvNet(1);
        var plan = Plan(other);
        Assert.Equal(new(321, 320), SlopeSampler.Errand(256).Most);
        Assert.Equal(32, SlopeSampler.Errand(256).Examples);
        // Each of three: a clean look, 40 steps, a look at what each has crafted.
        Assert.Equal(new(3 * (1 + 42 + 3), 3 * 40), TransferMatrix.Errand(plan, 3).Most);
        var curve = new CurvePlan
        {
            Evaluation = plan,
            Attack = "fgsm",
            Examples = 5,
        }
            .Errands()
            .ToList();
        Assert.Equal(9, curve.Count);
        Assert.Equal(new(2 + Shortening.Forwards, 1), curve[^1].Most);
    }

    [Fact]
    public void All_that_an_evaluation_spends_was_foretold()
    {
        using var folder = new Folder();
        using var model = Saved(folder.File("model.safetensors"), 1);
        using var other = Saved(folder.File("other.safetensors"), 2);
        var run = folder.File("run");
        List<EvaluationProgress> heard = [];
        EvaluationRun.Run(
            new()
            {
                Model = model,
                Set = Toy.Stripes(Examples, 3, classes: 2, side: Side),
                Threat = ThreatModel.Parse("linf:0.05"),
                Attacks = RequestedAttack.Resolve([new("fgsm")], []),
                Protocol = Protocol.Find("standard"),
                Surrogates = [other],
                Block = 8,
                Threads = 1,
                Folder = run,
                Unseen = 8,
                Curve = new() { Examples = 10 },
            },
            TimeProvider.System,
            new Heard(heard),
            CancellationToken.None
        );
        var told = Assert.Single(heard, h => h.Foretold is not null).Foretold!.Value;
        var ledger = LedgerCsv.Read(Path.Combine(run, "ledger.csv"));
        var health = HealthFile.Read(Path.Combine(run, "health.json"));
        var unseen = UnseenCsv.Read(Path.Combine(run, "unseen.csv"));
        var curve = CurveCsv.Read(Path.Combine(run, "curve.csv"));
        var transfer = TransferMatrix.Read(Path.Combine(run, "transfer.json"));
        var estimates = ModelEstimates.Read(Path.Combine(run, "estimates.json"));
        var probe = RunManifest
            .Read(Path.Combine(run, "manifest.json"))
            .Probes!.Attacks.Single(a => a.Name == "probe.transfer")
            .Surrogate!;
        (string, long Forwards, long Gradients)[] parts =
        [
            ("attacks", ledger.Sum(r => r.Forwards), ledger.Sum(r => r.Gradients)),
            ("health", health.Forwards, health.Gradients),
            ("unseen", unseen.Sum(r => r.Forwards), unseen.Sum(r => r.Gradients)),
            ("curve", curve.Sum(r => r.Forwards), curve.Sum(r => r.Gradients)),
            ("transfer", transfer.Forwards, transfer.Gradients),
            ("estimates", estimates.Forwards, estimates.Gradients),
            ("surrogate", probe.Forwards, probe.Backwards),
        ];
        Assert.All(parts, p => Assert.True(p.Forwards > 0 && p.Gradients > 0, p.Item1));
        Assert.InRange(parts.Sum(p => p.Forwards), told.Forwards / 10, told.Forwards);
        Assert.InRange(parts.Sum(p => p.Gradients), told.Gradients / 10, told.Gradients);
        // Every part tells how far it is under the stage that it was foretold for.
        Assert.Superset(
            new HashSet<string>(["health", "accuracy at ε 0.05", "unseen: jpeg 5", "transfer", "estimates"]),
            heard.Select(h => h.Stage).ToHashSet(StringComparer.Ordinal)
        );
    }

    private static EvaluationPlan Plan(IClassifier model) =>
        new()
        {
            Model = model,
            Set = Toy.Stripes(Examples, 3),
            Indices = [.. Enumerable.Range(0, Examples)],
            Threat = ThreatModel.Parse("linf:0.1"),
            Attacks = [("fgsm", new Fgsm(new()))],
            Block = 8,
            Rng = new Rng(1),
        };

    private static ModelFile Saved(string path, int seed)
    {
        TorchSharp.torch.manual_seed(seed);
        var input = new InputShape(1, Side, Side);
        using var module = ArchitectureSource.Parse("linear").Create().Build(input, 2);
        Weights.Save(module, path, ModelFile.Metadata("linear", null, input, 2, "nothing"));
        return ModelFile.Open(path, input, 2);
    }

    private sealed class Heard(List<EvaluationProgress> all) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => all.Add(value);
    }
}
