using Temper.Bench;
using Temper.Errors;
using Temper.Tests.Cli;
using Temper.Tests.Reports;

namespace Temper.Slow.Tests;

/// <summary><c>temper bench</c> where it takes its time: growth, and a stop in the middle of it.</summary>
public sealed class BenchCommandTests
{
    private static readonly string[] Tiny =
    [
        "bench",
        "--networks",
        "mnist-net",
        "--methods",
        "pgd-attack,natural",
        "--batch",
        "2",
        "--threads",
        "1",
    ];

    [Fact]
    public void Growth_is_measured_and_told()
    {
        using var folder = new Folder();
        var path = folder.File("bench.json");
        var said = Tool.Run([.. Tiny, "--runs", "1", "--growth", "--out", path]).Succeeds().Output;
        Assert.All(
            (string[])["pgd-attack-40", "exponent", path],
            word => Assert.Contains(word, said, StringComparison.Ordinal)
        );
        var file = BenchFile.Read(path);
        Assert.Equal(["batch", "steps", "examples"], file.Growth!.Select(g => g.Over));
        Assert.Equal([100, 200, 400, 800], file.Growth![2].Points.Select(p => p.Value));
    }

    [Fact]
    public void Ctrl_C_ends_it_with_the_rows_done()
    {
        using var folder = new Folder();
        var path = folder.File("bench.json");
        var result = Interruption.At("INT", "2 rows", [.. Tiny, "--runs", "1000", "--out", path]);
        Assert.Equal(((int)ExitCode.Interrupted, ""), (result.Code, result.Error));
        Assert.Contains("Interrupted: 0 of 2 rows are measured.", result.Output, StringComparison.Ordinal);
        Assert.Empty(BenchFile.Read(path).Rows);
    }
}
