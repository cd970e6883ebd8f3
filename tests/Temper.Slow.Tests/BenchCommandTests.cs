using System.Text.Json.Nodes;
using Temper.Bench;
using Temper.Errors;
using Temper.Tests.Cli;
using Temper.Tests.Reports;

namespace Temper.Slow.Tests;

/// <summary><c>temper bench</c> where it takes its time: files and tables, growth, and a stop in the middle of it.</summary>
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
    public void Measures_compares_and_says_so()
    {
        using var folder = new Folder();
        var (first, second) = (folder.File("first.json"), folder.File("second.json"));
        // With --json there is nothing else.
        var said = Tool.Run([.. Tiny, "--runs", "1", "--json", "--out", first]).Succeeds().Output;
        Assert.Equal(2, JsonNode.Parse(said)!["rows"]!.AsArray().Count);
        var file = BenchFile.Read(first);
        Assert.Equal(["pgd-attack", "natural"], file.Rows.Select(r => r.Method));
        Assert.Null(file.Growth);

        // As if everything had been ten times as fast before, on another machine.
        (
            file with
            {
                Rows = [.. file.Rows.Select(r => r with { Ratio = 10 * r.Ratio })],
                Environment = file.Environment with { Cpu = "another" },
            }
        ).Write(first);
        said = Tool.Run([.. Tiny, "--runs", "1", "--against", first, "--out", second]).Succeeds().Output;
        Assert.StartsWith("2 rows: mnist-net (pgd-attack at 2, natural at 2).", said, StringComparison.Ordinal);
        Assert.All(
            (string[])["1 paired runs", "pgd-attack-40", "Ratio: the same passes", "matrix product", second],
            word => Assert.Contains(word, said, StringComparison.Ordinal)
        );
        Assert.DoesNotContain("exponent", said, StringComparison.Ordinal);
        Assert.Contains("Warning: another machine: before another", said, StringComparison.Ordinal);
        Assert.Contains("against first.json", said, StringComparison.Ordinal);
        Assert.Equal(2, said.Split('\n').Count(line => line.TrimEnd().EndsWith("fell", StringComparison.Ordinal)));
        Assert.All(BenchFile.Read(second).Comparison!.Rows, r => Assert.True(r.Fell));
    }

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
