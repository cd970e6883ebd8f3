using Temper.Bench;
using Temper.Errors;
using Temper.Numerics;
using Temper.Tests.Reports;
using Temper.Workflow;

namespace Temper.Tests.Bench;

/// <summary>Rows are kept as they come.</summary>
public sealed class BenchRunTests
{
    private static readonly BenchRequest Small = new()
    {
        Networks = ["mnist-net"],
        Methods = ["natural", "n-fgsm"],
        Batch = 2,
        Runs = 1,
        Threads = 1,
    };

    /// <summary>The rows of <see cref="Small"/> with fewer steps than a time worth measuring takes.</summary>
    private static IReadOnlyList<BenchCase> Few => [.. Small.Cases().Select(row => row with { Repeats = 2 })];

    [Fact]
    public void An_interruption_keeps_the_rows_done()
    {
        Libtorch.Load(1);
        using var folder = new Folder();
        using var stop = new CancellationTokenSource();
        var path = folder.File("bench.json");
        var run = new BenchRun(
            Small with
            {
                Out = path,
                Growth = true,
            },
            EnvironmentCard.Read(),
            DateTimeOffset.UnixEpoch
        )
        {
            Cases = Few,
        };
        Assert.Equal(2, run.Cases.Count);
        var file = run.Run(_ => stop.Cancel(), stop.Token);
        Assert.Equal("natural", Assert.Single(file.Rows).Method);
        Assert.Equal(file.Rows, BenchFile.Read(path).Rows);
        Assert.Null(file.Growth);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_known_before_anything_is_measured()
    {
        Libtorch.Load(1);
        var run = new BenchRun(
            Small with
            {
                Out = Path.Combine("no", "such", "folder", "bench.json"),
            },
            EnvironmentCard.Read(),
            DateTimeOffset.UnixEpoch
        );
        Assert.Throws<RunFailedException>(() =>
            run.Run(_ => Assert.Fail("a row was measured"), CancellationToken.None)
        );
    }

    [Fact]
    public void Rows_say_what_was_measured()
    {
        Libtorch.Load(1);
        var run = new BenchRun(Small, EnvironmentCard.Read(), DateTimeOffset.UnixEpoch) { Cases = Few };
        var file = run.Run(null, CancellationToken.None);
        var row = file.Rows[1];
        Assert.Equal(("mnist-net", "n-fgsm", 2, 1), (row.Network, row.Method, row.Batch, row.Steps));
        Assert.Equal((2, 1, 1), (row.Forwards, row.InputGradients, row.WeightGradients));
        Assert.Equal(row.BareSeconds / row.TemperSeconds, row.Ratio, 1e-12);
        Assert.Equal((row.Ratio, row.Ratio), (row.RatioLow, row.RatioHigh));
        Assert.Equal(2 * ((3 * 1_218_768) + 2_337_184) / 1e9, row.Gigaflop, 1e-12);
        Assert.Equal(row.Gigaflop / row.TemperSeconds, row.GigaflopPerSecond, 1e-9);
        Assert.Equal(row.GigaflopPerSecond / file.Peak.GigaflopPerSecond, row.PeakShare, 1e-12);
        Assert.Equal(row.PeakShare < 0.3, row.Why is not null);
        Assert.Equal(OperatingSystem.IsLinux(), row.ResidentMegabytes is not null);
        // Both rows have one network and batch size, and share its operators.
        Assert.Equal(8, file.Layers.Count);
    }
}
