using Temper.Attacks;
using Temper.Errors;
using Temper.Evaluation;
using Temper.Models;
using Temper.Numerics;
using Temper.Serialization;
using Temper.Tests.Kit;
using Temper.Tests.Reports;
using Temper.Threats;

namespace Temper.Tests.Evaluation;

/// <summary>The point of every broken example is kept, whatever the threat, and comes back the same after a resume.</summary>
public sealed class BrokenPointsTests : IDisposable
{
    private readonly ModuleClassifier _model = Toy.ConvNet(3);
    private readonly Temper.Data.ImageSet _set = Toy.Stripes(40, 5);

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData("linf:0.1")]
    [InlineData("linf:0.2 target=2")]
    [InlineData("linf:0.1+l2:0.5")]
    public void There_is_one_for_every_example_that_an_attack_broke(string threat)
    {
        using var folder = new Folder();
        var path = folder.File("points.safetensors");
        var outcome = Run(threat, null, resume: false);
        outcome.Points!.Write(path, "abc");
        var points = BrokenPoints.Read(path);
        var broken = outcome.Ledger.Where(r => r.BrokenBy is not (null or LedgerRow.Clean)).ToList();
        Assert.True(broken.Count > 0);
        Assert.Equal(broken.Select(r => r.Index), points.Indices);
        Assert.Equal([_set.Channels, _set.Height, _set.Width], points.Shape);
        for (var place = 0; place < broken.Count; place++)
        {
            Assert.NotEqual(broken[place].Label, broken[place].AdversarialPrediction);
            using var input = TorchSharp.torch.tensor(points.Point(place).ToArray(), [1, 1, 6, 6]);
            using var scope = TorchSharp.torch.NewDisposeScope();
            using var mode = _model.Enter(Mode.Evaluate);
            var predicted = Temper.Losses.Margin.Predictions(_model.Logits(input));
            Assert.Equal(broken[place].AdversarialPrediction, predicted[0]);
        }
    }

    [Fact]
    public void A_resumed_evaluation_keeps_the_same_points()
    {
        using var folder = new Folder();
        var journal = folder.File("journal.jsonl");
        var first = Bytes(folder, Run("linf:0.1", journal, resume: false));
        var lines = File.ReadAllLines(journal);
        File.WriteAllLines(journal, lines[..^2]);
        Assert.Equal(first, Bytes(folder, Run("linf:0.1", journal, resume: true)));
        Assert.Equal(first, Bytes(folder, Run("linf:0.1", journal, resume: true)));
    }

    [Fact]
    public void Indices_that_do_not_rise_are_refused()
    {
        using var folder = new Folder();
        var path = folder.File("points.safetensors");
        var (indices, values) = (new byte[16], new byte[8]);
        new SafetensorsFile(
            [new("index", "I64", [2], indices), new("point", "F32", [2, 1, 1, 1], values)],
            new Dictionary<string, string>()
        ).Write(path);
        Assert.Contains("rise", Assert.Throws<DataException>(() => BrokenPoints.Read(path)).Message);
        new SafetensorsFile([new("index", "I64", [2], indices)], new Dictionary<string, string>()).Write(path);
        Assert.Contains("'point'", Assert.Throws<DataException>(() => BrokenPoints.Read(path)).Message);
    }

    private static byte[] Bytes(Folder folder, EvaluationOutcome outcome)
    {
        var path = folder.File("points.safetensors");
        outcome.Points!.Write(path, "abc");
        return File.ReadAllBytes(path);
    }

    private EvaluationOutcome Run(string threat, string? journal, bool resume)
    {
        var plan = new EvaluationPlan
        {
            Model = _model,
            Set = _set,
            Indices = [.. Enumerable.Range(0, _set.Count)],
            Threat = ThreatModel.Parse(threat),
            Attacks = [("pgd", new Pgd(new Pgd.Options { Steps = 5 }))],
            Block = 16,
            Rng = new Rng(7),
        };
        return new Evaluator(plan).Run(journal, "identity", resume, null, CancellationToken.None);
    }
}
