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
        // Multiplications with their additions: 9·32·28², 16·32·32·14², 9·32·64·14², 16·64·64·7², 3136·128, 128·10.
        const double first = 2.0 * 9 * 32 * 784;
        const double others = 2.0 * ((512 * 32 * 196) + (288 * 64 * 196) + (1024 * 64 * 49) + (3136 * 128) + 1280);
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
