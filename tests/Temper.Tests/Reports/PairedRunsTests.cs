using System.Text.Json.Nodes;
using Temper.Evaluation.Pairing;
using Temper.Reports;
using Temper.Runs;

namespace Temper.Tests.Reports;

public sealed class PairedRunsTests
{
    private static readonly SampleRun Sample = new() { Selection = DataSelection.All(1000) };

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(3, 3, 1)]
    // Binomial of 10 at a half: two tails of (1 + 10) / 1024.
    [InlineData(1, 9, 22 / 1024.0)]
    [InlineData(9, 1, 22 / 1024.0)]
    [InlineData(0, 6, 2 / 64.0)]
    public void The_exact_test_is_a_binomial_with_two_tails(int first, int second, double p) =>
        Assert.Equal(p, new PairedCounts(100, first, second).P, 12);

    [Fact]
    public void Examples_are_counted_in_pairs() =>
        Assert.Equal(
            new PairedCounts(5, 1, 2),
            PairedCounts.Of([(true, true), (true, false), (false, true), (false, true), (false, false)])
        );

    [Fact]
    public void The_interval_over_seeds_is_students()
    {
        // Mean 2, deviation 1, three seeds: 4.3027 / √3 to each side.
        var found = new SeedDifference([0.01, 0.02, 0.03]);
        Assert.Equal(0.02, found.Mean, 12);
        Assert.Equal(4.302652729749462 * 0.01 / Math.Sqrt(3), found.HalfWidth, 9);
    }

    [Fact]
    public void Two_runs_on_the_same_examples_are_tested()
    {
        using var folder = new Folder();
        var worse = Sample with { Broken = [80, 7_420, 2_480, 20] };
        var comparison = Comparison.Read([Sample.Write(folder.File("a")), worse.Write(folder.File("b"))]);
        var pair = Assert.Single(comparison.Pairs);
        // The same positions break first in both, so the sets are nested.
        Assert.Equal(new PairedCounts(1000, 0, 6), pair.Clean);
        Assert.Equal(1000, pair.Worst.N);
        Assert.Equal((Sample.Evidence().Standing, 0), (pair.Worst.FirstOnly, pair.Worst.SecondOnly));
        Assert.Equal(0.03125, (double)comparison.ToJson()["pairs"]![0]!["clean"]!["p"]!, 12);
        Assert.Equal(
            [
                "a and b without an attack: a alone is right on 0, b alone on 6 of 1,000 (exact McNemar, p = 0.0313).",
                $"a and b in the worst case: a alone is right on {Sample.Evidence().Standing}, b alone on 0 of 1,000 (exact McNemar, p < 1e−12).",
            ],
            comparison.Tests
        );
        Assert.Empty(comparison.Methods);
    }

    [Fact]
    public void Runs_that_measured_different_things_are_not_tested()
    {
        using var folder = new Folder();
        var other = Sample with { DataHash = 'c' };
        var comparison = Comparison.Read([Sample.Write(folder.File("a")), other.Write(folder.File("b"))]);
        Assert.Empty(comparison.Tests);
        Assert.Single(comparison.Problems);
    }

    [Fact]
    public void Other_probes_are_another_measurement()
    {
        using var folder = new Folder();
        var comparison = Comparison.Read([
            Sample.Write(folder.File("a")),
            new ProbedSample(Sample).Write(folder.File("b")),
        ]);
        Assert.Equal("a and b differ in probes (none, standard).", Assert.Single(comparison.Problems));
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    public void Methods_are_compared_over_seeds_that_both_have(int seeds, int found)
    {
        using var folder = new Folder();
        List<string> folders = [];
        foreach (var (method, extra) in new[] { ("pgd", 0), ("fast", 100) })
        {
            for (var seed = 0; seed < seeds; seed++)
            {
                // Per ten thousand: of seed k, method fast breaks 100 + 10 k more.
                var run = Sample with
                {
                    Broken = [140, 1000 + (extra == 0 ? 0 : extra + (10 * seed))],
                };
                var path = run.Write(folder.File($"{method}-{seed}"));
                var manifest = run.Manifest();
                var config = new JsonObject
                {
                    ["name"] = method,
                    ["seed"] = seed,
                    ["training"] = new JsonObject { ["objective"] = method },
                };
                (
                    manifest with
                    {
                        Seed = (ulong)seed,
                        Training = manifest.Training! with { Recipe = method, Config = config },
                    }
                ).Write(Path.Combine(path, "manifest.json"));
                folders.Add(path);
            }
        }
        var comparison = Comparison.Read(folders);
        Assert.Equal([], comparison.Problems);
        Assert.Equal(found, comparison.Methods.Count);
        if (found == 1)
        {
            var pair = comparison.Methods[0];
            Assert.Equal(("pgd", "fast"), (pair.First, pair.Second));
            Assert.Equal([0UL, 1, 2], pair.Seeds);
            // Of a thousand: 10, 11 and 12 more.
            Assert.Equal([0.010, 0.011, 0.012], pair.Worst.Differences.Select(d => Math.Round(d, 9)));
            Assert.StartsWith(
                "pgd minus fast in the worst case, over 3 seeds: +1.10 points on average",
                pair.Words().Last(),
                StringComparison.Ordinal
            );
        }
    }
}
