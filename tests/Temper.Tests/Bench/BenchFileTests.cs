using Temper.Bench;
using Temper.Errors;
using Temper.Tests.Reports;

namespace Temper.Tests.Bench;

public sealed class BenchFileTests
{
    [Fact]
    public void What_is_written_is_read_again()
    {
        using var folder = new Folder();
        var path = folder.File("bench.json");
        var earlier = SampleBench.File(SampleBench.Row(1.5));
        var file = SampleBench.File(SampleBench.Row(1.2), SampleBench.Row(0.9, "natural"));
        file = file with { Comparison = BenchComparison.Of("earlier.json", earlier, file) };
        file.Write(path);
        var text = File.ReadAllText(path);
        var again = BenchFile.Read(path);
        Assert.Equal(file.Rows, again.Rows);
        again.Write(path);
        Assert.Equal(text, File.ReadAllText(path));
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"schema\": 1", "\"schema\": 2", "schema: found 2, expected 1")]
    [InlineData("\"schema\": 1,", "", "schema: found nothing, expected 1")]
    [InlineData("\"kind\": \"bench\"", "\"kind\": \"train\"", "kind: found 'train', expected 'bench'")]
    [InlineData("\"kind\": \"bench\"", "\"kind\": [1]", "kind: found")]
    [InlineData("\"threads\"", "\"treads\"", "not the JSON expected")]
    [InlineData("\"ratio\": 1.2", "\"ratio\": -1", "has a ratio of -1")]
    [InlineData("\"ratio\": 1.2", "\"ratio\": \"x\"", "$.rows[0].ratio")]
    [InlineData("{", "[", "not the JSON expected")]
    public void Another_file_is_refused(string old, string other, string expected)
    {
        using var folder = new Folder();
        var path = folder.File("bench.json");
        SampleBench.File(SampleBench.Row(1.2)).Write(path);
        var text = File.ReadAllText(path);
        var at = text.IndexOf(old, StringComparison.Ordinal);
        File.WriteAllText(path, text[..at] + other + text[(at + old.Length)..]);
        var error = Assert.Throws<DataException>(() => BenchFile.Read(path));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains(
            "nowhere.json: not found",
            Assert.Throws<DataException>(() => BenchFile.Read("nowhere.json")).Message
        );

    [Fact]
    public void A_ratio_that_fell_by_more_than_a_tenth_is_marked()
    {
        var before = SampleBench.File(
            SampleBench.Row(1.0, "natural"),
            SampleBench.Row(1.0, "fast"),
            SampleBench.Row(1.0, "pgd")
        );
        var now = SampleBench.File(
            SampleBench.Row(0.91, "natural"),
            SampleBench.Row(0.89, "fast"),
            SampleBench.Row(2.0, "pgd"),
            SampleBench.Row(0.1, "n-fgsm")
        );
        var comparison = BenchComparison.Of("x.json", before, now);
        Assert.Equal([false, true, false, false], comparison.Rows.Select(r => r.Fell));
        Assert.Equal([1.0, 1.0, 1.0, null], comparison.Rows.Select(r => r.Before));
        Assert.Equal([0.91, 0.89, 2.0, 0.1], comparison.Rows.Select(r => r.Now));
        Assert.Empty(comparison.Warnings);
    }

    [Fact]
    public void Only_a_row_of_the_same_work_is_compared()
    {
        var row = SampleBench.Row(1);
        Assert.True(row.IsLike(row with { Ratio = 3 }));
        Assert.All(
            (BenchRow[])
                [
                    row with
                    {
                        Batch = 500,
                    },
                    row with
                    {
                        Steps = 10,
                    },
                    row with
                    {
                        Method = "pgd",
                    },
                    row with
                    {
                        Network = "small-cnn",
                    },
                ],
            other => Assert.False(row.IsLike(other))
        );
    }

    [Fact]
    public void Another_machine_and_other_threads_are_warned_of()
    {
        var before = SampleBench.File();
        var environment = before.Environment;
        Assert.Contains(
            "before 2, now 3",
            Assert.Single(BenchComparison.Of("x", before, before with { Threads = 3 }).Warnings)
        );
        foreach (
            var other in (Temper.Runs.ManifestEnvironment[])
                [environment with { Cpu = "another" }, environment with { Cores = 8 }]
        )
        {
            var warnings = BenchComparison.Of("x", before, before with { Environment = other }).Warnings;
            Assert.StartsWith("another machine", Assert.Single(warnings), StringComparison.Ordinal);
        }
        var newer = before with { Environment = environment with { Libtorch = "9" } };
        Assert.Contains("before 2, now 9", Assert.Single(BenchComparison.Of("x", before, newer).Warnings));
    }
}
