using Temper.Data;
using Temper.Evaluation;
using Temper.Evaluation.Health;
using Temper.Models;
using Temper.Models.Architectures;
using Temper.Models.Graphs;
using Temper.Numerics;
using Temper.Tests.Evaluation.Analysers;
using Temper.Tests.Kit;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Evaluation.Health;

/// <summary>A planted point is found where gradients lead there, and missed where they do not.</summary>
public sealed class BinarisationTests
{
    private const int Examples = 12;
    private static readonly InputShape Shape = new(1, 6, 6);

    [Fact]
    public void The_layer_before_the_last_gives_the_scores_by_the_last_and_comes_with_its_weights()
    {
        manual_seed(1);
        using var model = new ModuleClassifier(
            new Mlp(new() { Width = 20, BatchNorm = true }).Build(Shape, 3),
            Shape,
            3
        );
        using var features = PenultimateLayer.Of(model)!;
        Assert.Equal(20, features.Classes);
        using var one = model.Enter(Mode.Evaluate);
        using var two = features.Enter(Mode.Evaluate);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var x = rand(5, 1, 6, 6);
        var state = Weights.State(model.Module).ToDictionary(s => s.Name, s => s.Value, StringComparer.Ordinal);
        var scores = nn.functional.linear(features.Logits(x), state["scores.weight"], state["scores.bias"]);
        Assert.True(scores.allclose(model.Logits(x), 1e-5, 1e-6));
        // Modules that are no graph do not say where their last layer begins.
        using var other = Toy.ConvNet(1);
        Assert.Null(PenultimateLayer.Of(other));
    }

    [Theory]
    [InlineData("linf:0.1")]
    [InlineData("l2:0.5")]
    public void An_honest_network_leads_to_it(string threat)
    {
        manual_seed(1);
        using var model = new ModuleClassifier(new Mlp(new() { Width = 64 }).Build(Shape, 3), Shape, 3);
        var found = Measure(model, threat);
        Assert.Equal((BinarisationHealth.Penultimate, Examples), (found.Features, found.Tried));
        Assert.InRange(found.N, Examples - 2, Examples);
        Assert.Equal(found.N, found.Broken);
        Assert.InRange(found.BrokenAtRandom, 0, found.N / 2);
    }

    [Fact]
    public void Rounded_inputs_hide_it()
    {
        manual_seed(1);
        using var whole = new ModuleClassifier(new Mlp(new() { Width = 64 }).Build(Shape, 30), Shape, 30);
        using var model = Bent.Of(whole, before: x => (x * 255).round() / 255);
        var found = Measure(model, "linf:0.1");
        Assert.Equal(BinarisationHealth.Scores, found.Features);
        Assert.True(found.N > Examples / 2, $"{found}");
        Assert.True(found.Broken < 0.5 * found.N, $"{found}");
        // The same network as it is.
        Assert.Equal(Measure(whole, "linf:0.1").N, Measure(whole, "linf:0.1").Broken);
    }

    /// <summary>Of 240 are found: surely less than three quarters, less than 95 %, and no fewer than that; nothing where chance finds them.</summary>
    [Theory]
    [InlineData(150, 9, Severity.Error)]
    [InlineData(200, 9, Severity.Warning)]
    [InlineData(228, 9, null)]
    [InlineData(150, 130, null)]
    public void It_is_judged_by_the_share_that_is_found(int broken, int random, Severity? severity)
    {
        var found = new BinarisationHealth(250, 240, BinarisationHealth.Scores, 999, 100, broken, 200, random);
        var run = ProbedRun.Of() with { Health = SoundHealth.Figures with { Binarisation = found } };
        Assert.Equal(severity, run.Findings().SingleOrDefault(f => f.Id == "TMP149")?.Severity);
    }

    private static BinarisationHealth Measure(ModuleClassifier model, string threat)
    {
        var set = Toy.Stripes(Examples, 3);
        using var mode = model.Enter(Mode.Evaluate);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        int[] all = [.. Enumerable.Range(0, Examples)];
        using var batch = BatchSource.Gather(set, all, CPU);
        // As the untrained network answers, so that all are right.
        int[] labels = [.. Tensors.ToArray<long>(model.Logits(batch.Inputs).argmax(1)).Select(l => (int)l)];
        var plan = new EvaluationPlan
        {
            Model = model,
            Set = Toy.Labelled(set, labels, model.Classes),
            Indices = all,
            Threat = ThreatModel.Parse(threat),
            Attacks = [],
            Rng = new Rng(1),
        };
        return HealthCheck.Measure(plan, all, binarise: true, null, CancellationToken.None).Binarisation!;
    }
}
