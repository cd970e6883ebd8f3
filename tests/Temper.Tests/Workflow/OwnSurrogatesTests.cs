using Temper.Evaluation;
using Temper.Numerics;
using Temper.Serialization;
using Temper.Tests.Kit;
using Temper.Tests.Reports;
using Temper.Threats;
using Temper.Workflow;

namespace Temper.Tests.Workflow;

/// <summary>A full evaluation that is given no surrogates trains two: on what is not evaluated, the same ones however often it is interrupted.</summary>
public sealed class OwnSurrogatesTests
{
    private const int Epochs = 6;
    private const int Side = 8;

    [Fact]
    public void Two_are_trained_kept_and_taken_again_and_cost_what_was_foretold()
    {
        using var folder = new Folder();
        using var model = Model();
        var request = Request(model, folder.File("whole")) with
        {
            TrainingSplit = Stripes(OwnSurrogates.FewestExamples),
        };
        List<EvaluationProgress> heard = [];
        using var own = OwnSurrogates.Of(request, Selected(request), new Watch(heard.Add), CancellationToken.None);
        long seen = Epochs * OwnSurrogates.FewestExamples;
        // The other takes seven steps of PGD before each update.
        Assert.Equal([new(seen, seen), new(8 * seen, 8 * seen)], own.Request.SurrogatePasses);
        var told = Assert.Single(heard, h => h.Foretold is not null).Foretold!.Value;
        Assert.Equal((9 * seen, 9 * seen), (told.Forwards, told.Gradients));
        string[] hashes = [.. own.Request.Surrogates.Select(s => s.Sha256)];
        Assert.Equal(2, hashes.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(2, Directory.GetFiles(folder.File("whole/surrogates")).Length);

        heard.Clear();
        using var again = OwnSurrogates.Of(request, Selected(request), new Watch(heard.Add), CancellationToken.None);
        Assert.Empty(heard);
        Assert.Equal(own.Request.SurrogatePasses, again.Request.SurrogatePasses);

        // Stopped within the second, and gone on with.
        var other = request with
        {
            Folder = folder.File("stopped"),
        };
        using var source = new CancellationTokenSource();
        var watch = new Watch(p => Stop(p, source));
        Assert.ThrowsAny<OperationCanceledException>(() =>
            OwnSurrogates.Of(other, Selected(other), watch, source.Token)
        );
        using var resumed = OwnSurrogates.Of(other, Selected(other), null, CancellationToken.None);
        Assert.Equal(hashes, resumed.Request.Surrogates.Select(s => s.Sha256));
        Assert.Equal(hashes[0], Hashes.Sha256OfFile(folder.File("stopped/surrogates/natural.safetensors")));
    }

    [Fact]
    public void Without_a_training_split_they_are_trained_on_what_is_not_evaluated()
    {
        using var model = Model();
        var request = Request(model, "nowhere");
        var selection = Selected(request);
        var (set, indices) = OwnSurrogates.Examples(request, selection);
        Assert.Same(request.Set, set);
        Assert.Equal(request.Set.Count - selection.Indices.Count, indices.Length);
        Assert.Empty(indices.Intersect(selection.Indices));
    }

    [Theory]
    [InlineData("linf:0.1+l2:1", "union")]
    [InlineData("linf:0", "the budget is 0")]
    [InlineData("linf:0.1", "499 examples are left", 499)]
    public void What_cannot_be_trained_is_said(string threat, string words, int left = 1000)
    {
        using var folder = new Folder();
        using var model = Model();
        var request = Request(model, folder.Path) with { Threat = ThreatModel.Parse(threat), Set = Stripes(left + 10) };
        using var own = OwnSurrogates.Of(request, Selected(request), null, CancellationToken.None);
        Assert.Empty(own.Request.Surrogates);
        Assert.Contains(words, own.Request.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_protocols_and_named_surrogates_leave_all_as_it_is()
    {
        using var folder = new Folder();
        using var model = Model();
        var request = Request(model, folder.Path);
        foreach (
            var asked in (EvaluationRequest[])
                [request with { Protocol = Protocol.Find("standard") }, request with { Surrogates = [model] }]
        )
        {
            using var own = OwnSurrogates.Of(asked, Selected(asked), null, CancellationToken.None);
            Assert.Same(asked, own.Request);
        }
    }

    private static void Stop(EvaluationProgress progress, CancellationTokenSource source)
    {
        if (progress is { Stage: "surrogate pgd", Done: > 1000 })
        {
            source.Cancel();
        }
    }

    private static Temper.Data.ImageSet Stripes(int count) => Toy.Stripes(count, 3, classes: 2, side: Side);

    private static ModelFile Model()
    {
        var model = Toy.Linear(new float[2, Side * Side], new float[2], new(1, Side, Side));
        return new(model, "toy", "00", "unknown", 0, "unknown");
    }

    private static EvaluationRequest Request(ModelFile model, string folder) =>
        new()
        {
            Model = model,
            Set = Stripes(600),
            Threat = ThreatModel.Parse("linf:0.1"),
            Attacks = [],
            Protocol = Protocol.Find("full"),
            Sample = 10,
            Threads = 1,
            Folder = folder,
        };

    private static Selection Selected(EvaluationRequest request) =>
        Selection.Of(request.Set.Count, null, request.Sample, new Rng(0));

    private sealed class Watch(Action<EvaluationProgress> act) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => act(value);
    }
}
