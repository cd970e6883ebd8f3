using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Temper.Bench;
using Temper.Errors;
using Temper.Tests.Reports;

namespace Temper.Tests.Cli;

/// <summary><c>temper bench</c>: files, tables and errors; never seconds.</summary>
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
        var said = Tool.Run([.. Tiny, "--runs", "1", "--growth", "--out", first]).Succeeds().Output;
        Assert.StartsWith("2 rows: mnist-net (pgd-attack at 2, natural at 2).", said, StringComparison.Ordinal);
        Assert.All(
            (string[])["1 paired runs", "pgd-attack-40", "exponent", "Ratio: the same passes", "matrix product", first],
            word => Assert.Contains(word, said, StringComparison.Ordinal)
        );
        var file = BenchFile.Read(first);
        Assert.Equal(["pgd-attack", "natural"], file.Rows.Select(r => r.Method));
        Assert.Equal(["batch", "steps", "examples"], file.Growth!.Select(g => g.Over));
        Assert.Equal([100, 200, 400, 800], file.Growth![2].Points.Select(p => p.Value));

        // As if everything had been ten times as fast before, on another machine.
        (
            file with
            {
                Rows = [.. file.Rows.Select(r => r with { Ratio = 10 * r.Ratio })],
                Environment = file.Environment with { Cpu = "another" },
            }
        ).Write(first);
        said = Tool.Run([.. Tiny, "--runs", "1", "--against", first, "--out", second]).Succeeds().Output;
        Assert.Contains("Warning: another machine: before another", said, StringComparison.Ordinal);
        Assert.Contains("against first.json", said, StringComparison.Ordinal);
        Assert.Equal(2, said.Split('\n').Count(line => line.TrimEnd().EndsWith("fell", StringComparison.Ordinal)));
        Assert.All(BenchFile.Read(second).Comparison!.Rows, r => Assert.True(r.Fell));
    }

    [Fact]
    public void Prints_nothing_but_json_when_asked()
    {
        var said = Tool.Run([.. Tiny, "--runs", "1", "--json"]).Succeeds().Output;
        Assert.Equal(2, JsonNode.Parse(said)!["rows"]!.AsArray().Count);
    }

    [Fact]
    public void Ctrl_C_ends_it_with_the_rows_done()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Signals are sent by a program of Linux.");
        using var folder = new Folder();
        var path = folder.File("bench.json");
        string[] args = ["--default-signal=INT", "dotnet", Tool.Dll, .. Tiny, "--runs", "1000", "--out", path];
        using var child = Tool.Start("env", args, []);
        Assert.StartsWith("2 rows", child.StandardOutput.ReadLine(), StringComparison.Ordinal);
        using (var kill = Process.Start("kill", ["-INT", child.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            kill.WaitForExit();
        }
        var result = Tool.Wait(child);
        Assert.Equal(((int)ExitCode.Interrupted, ""), (result.Code, result.Error));
        Assert.Contains("Interrupted: 0 of 2 rows are measured.", result.Output, StringComparison.Ordinal);
        Assert.Empty(BenchFile.Read(path).Rows);
    }

    [Theory]
    [InlineData(ExitCode.Usage, "unknown network 'mnist-nett'", "--networks", "mnist-nett")]
    [InlineData(ExitCode.Usage, "unknown network ''", "--networks", "mnist-net,")]
    [InlineData(ExitCode.Usage, "unknown method 'pgdd'", "--methods", "natural,pgdd")]
    [InlineData(ExitCode.Usage, "--runs: found 0, expected 1 to", "--runs", "0")]
    [InlineData(ExitCode.Usage, "--batch: found 0, expected 1 to", "--batch", "0")]
    [InlineData(ExitCode.Usage, "--batch: found 9999", "--batch", "9999")]
    [InlineData(ExitCode.Usage, "--threads", "--threads", "-1")]
    [InlineData(ExitCode.Data, "nowhere.json: not found", "--against", "nowhere.json")]
    public void Bad_input_is_refused(ExitCode code, string expected, params string[] args) =>
        Tool.Run(["bench", .. args]).Fails(code, expected);
}
