using Temper.Bench.Multiples;
using Temper.Errors;
using Temper.Numerics;
using Temper.Runs;
using Temper.Tests.Kit;
using Temper.Training;
using Temper.Workflow;

namespace Temper.Tests.Bench;

/// <summary>What <c>temper bench methods</c> counts is what methods say they cost, and it leaves nothing behind; never seconds.</summary>
public sealed class MultipleTests(MultipleTests.Unit made) : IClassFixture<MultipleTests.Unit>
{
    public static TheoryData<string> All() => [.. Catalogue.Of<Objective>().Select(info => info.Id)];

    [Theory]
    [MemberData(nameof(All))]
    public void Every_method_goes_all_its_way(string id)
    {
        var unit = made.Shared;
        var info = Catalogue.Find<Objective>(id, "method");
        unit.Take(info);
        // By now the optimizer has its state.
        using var guard = new LeakGuard();
        var row = unit.Take(info);
        var objective = Catalogue.Create<Objective>(info, info.Options is { } o ? Activator.CreateInstance(o) : null);
        var passes = objective.Passes!.Value;
        Assert.Equal((passes.Forwards, passes.Gradients), (row.Forwards, row.InputGradients + row.WeightGradients));
        Assert.Equal(passes.Multiple, row.Passes);
        // A pass through the graph of a gradient leads to the weights as well.
        Assert.Equal(id == "grad-align" ? 3 : objective.LossPasses.Gradients, row.WeightGradients);
        Assert.True(row.Milliseconds > 0);
    }

    [Fact]
    public void Multiples_are_those_of_the_operations()
    {
        var unit = made.Shared;
        // Multiplications with their additions: 16·32·14², 9·32·64·14², 16·64·64·7², 9·64·128·7², 6272·128, 128·10.
        const double first = 2.0 * 16 * 32 * 196;
        const double others = 2.0 * ((288 * 64 * 196) + (1024 * 64 * 49) + (576 * 128 * 49) + (6272 * 128) + 1280);
        const double forward = first + others;
        // Nothing lies before the first layer, so its pass back is one of the weights alone.
        const double natural = forward + first + (2 * others);
        Assert.Equal(1, unit.Take(Catalogue.Find<Objective>("natural", "method")).Counted, 1e-12);
        Assert.Equal(
            ((10 * 2 * forward) + natural) / natural,
            unit.Take(Catalogue.Find<Objective>("pgd", "method")).Counted,
            1e-9
        );
    }

    [Fact]
    public void Times_of_single_passes_add_up()
    {
        // A search's step is 2, a forward pass 1, a training step 3: (1·1 + 4·2 + 1·3)/3; the pass through a gradient's graph has none forward.
        var times = new PassTimes(1, 2, 3);
        var row = SampleBench.Multiple with { Forwards = 6, InputGradients = 4, WeightGradients = 1 };
        Assert.Equal(4, times.Multiple(row), 1e-12);
        Assert.Equal(
            ((-2 * 1) + (2 * 2) + (3 * 3)) / 3.0,
            times.Multiple(row with { Forwards = 3, InputGradients = 2, WeightGradients = 3 }),
            1e-12
        );
        var found = made.Shared.Passes(1);
        Assert.True(found is { Forward: > 0, Gradient: > 0, Training: > 0 });
    }

    [Fact]
    public void Rows_come_one_by_one_and_an_interruption_keeps_them()
    {
        Libtorch.Load(1);
        using var folder = new Reports.Folder();
        using var stop = new CancellationTokenSource();
        var request = new MultipleRequest
        {
            Methods = ["fast", "pgd"],
            Batch = 2,
            Runs = 3,
            Out = folder.File("methods.json"),
        };
        var run = new MultipleRun(request, EnvironmentCard.Read(), DateTimeOffset.UnixEpoch);
        var row = Assert.Single(run.Run(_ => stop.Cancel(), stop.Token).Rows);
        Assert.Equal("fast", row.Method);
        Assert.InRange(row.Measured, row.Low, row.High);
        Assert.Equal(row.Deviation, (row.Measured / row.Counted) - 1, 1e-12);
        Assert.Contains("\"bench-methods\"", File.ReadAllText(request.Out), StringComparison.Ordinal);
        Assert.Throws<UsageException>(() => new MultipleRequest { Methods = ["pgdd"] }.Infos());
        Assert.Throws<UsageException>(() => new MultipleRequest { Runs = 0 }.Infos());
        Assert.Throws<UsageException>(() => new MultipleRequest { Batch = 0 }.Infos());
    }

    /// <summary>One unit for all.</summary>
    public sealed class Unit : IDisposable
    {
        public Unit() => Libtorch.Load(1);

        internal MultipleUnit Shared => field ??= new(2);

        public void Dispose() => Shared.Dispose();
    }
}
