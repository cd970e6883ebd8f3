using System.Text.Json.Nodes;
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
        "--runs",
        "1",
    ];

    [Fact]
    public void Methods_are_measured_beside_plain_training()
    {
        using var folder = new Folder();
        var path = folder.File("methods.json");
        string[] tiny = ["bench", "methods", "--methods", "fast", "--batch", "2", "--runs", "1", "--threads", "1"];
        var said = Tool.Run([.. tiny, "--out", path]).Succeeds().Output;
        Assert.All(
            (string[])["1 methods on strided-net, batch 2", "fast: ", "counted 1.67", path],
            word => Assert.Contains(word, said, StringComparison.Ordinal)
        );
        var row = Assert.Single(JsonNode.Parse(File.ReadAllText(path))!["rows"]!.AsArray())!;
        Assert.Equal(("fast", 2.0, 2.0), ((string)row["method"]!, (double)row["forwards"]!, (double)row["passes"]!));
        Tool.Run(["bench", "methods", "--methods", "fst"]).Fails(ExitCode.Usage, "unknown method 'fst'", "fast");
        Tool.Run(["bench", "methods", "--runs", "0"]).Fails(ExitCode.Usage, "--runs: found 0");
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
