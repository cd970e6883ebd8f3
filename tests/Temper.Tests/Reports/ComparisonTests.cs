using System.Text.Json.Nodes;
using System.Xml.Linq;
using Temper.Errors;
using Temper.Reports;
using Temper.Runs;

namespace Temper.Tests.Reports;

public sealed class ComparisonTests
{
    private static readonly SampleRun Sample = new() { Selection = DataSelection.Sample(400, 10_000, 1) };

    public static TheoryData<string, string> Differences =>
        new()
        {
            { "threat", "b differ in threat model (linf:0.3, linf:0.1)." },
            { "data", "b differ in data (mnist test b0123456, mnist test c0123456)." },
            { "selection", "b differ in examples (sample 400 of 10000, seed 1, sample 400 of 10000, seed 2)." },
            { "attacks", "b differ in attacks (fgsm pgd pgd-margin, fgsm pgd)." },
            { "options", "b differ in options of pgd." },
            { "id", "b differ in options of fgsm." },
        };

    [Fact]
    public void Runs_that_measured_the_same_are_comparable()
    {
        using var folder = new Folder();
        // The order in which options were written, the training and the seed of a run make no difference.
        var turned = new JsonObject(
            SampleRun.Pgd("ce").Reverse().Select(o => KeyValuePair.Create(o.Key, o.Value?.DeepClone()))
        );
        var comparison = Read(
            folder,
            Sample,
            Sample with
            {
                Broken = [80, 7_420, 2_480, 20],
                Trained = false,
                Attacks =
                [
                    Sample.Attacks[0],
                    Sample.Attacks[1] with
                    {
                        Options = turned,
                        Seconds = 3,
                    },
                    Sample.Attacks[2],
                ],
            }
        );
        Assert.True(comparison.Comparable);
        Assert.Equal(["a", "b"], comparison.Runs.Select(r => r.Name));
        var page = Page(folder, comparison);
        Assert.Equal(["comparable", "runs", "chart", "paired", "files"], Sections(page));
        Assert.Equal(2, page.Descendants("circle").Count(c => c.Attribute("class")?.Value == "point"));
        Assert.Equal(2, page.Descendants("tbody").Single().Elements("tr").Count());
        Assert.Equal(["a/report.html", "b/report.html"], page.Descendants("a").Select(a => a.Attribute("href")!.Value));
        var json = comparison.ToJson();
        Assert.Equal(Sample.Evidence().Standing, (int)json["runs"]![0]!["worstCase"]!["robust"]!);
        Assert.Equal(64, ((string?)json["runs"]![1]!["ledgerSha256"])!.Length);
        Assert.Equal(Sample.Evidence().Manifest.Training!.Recipe, (string?)json["runs"]![0]!["training"]!["recipe"]);
    }

    [Theory]
    [MemberData(nameof(Differences))]
    public void What_differs_is_said_and_nothing_is_drawn(string what, string says)
    {
        using var folder = new Folder();
        var other = what switch
        {
            "threat" => Sample with { Threat = new("linf:0.1", "linf", 0.1) },
            "data" => Sample with { DataHash = 'c' },
            "selection" => Sample with { Selection = DataSelection.Sample(400, 10_000, 2) },
            "attacks" => Sample with { Attacks = [.. Sample.Attacks.Take(2)] },
            "id" => Sample with { Attacks = [Sample.Attacks[0] with { Id = "pgd" }, .. Sample.Attacks.Skip(1)] },
            _ => Sample with
            {
                Attacks =
                [
                    Sample.Attacks[0],
                    Sample.Attacks[1] with
                    {
                        Options = SampleRun.Pgd("margin"),
                    },
                    Sample.Attacks[2],
                ],
            },
        };
        var comparison = Read(folder, Sample, other);
        Assert.Equal($"a and {says}", Assert.Single(comparison.Problems));
        var page = Page(folder, comparison);
        Assert.Equal(["comparable", "runs", "files"], Sections(page));
        Assert.Contains("Not comparable", page.Root!.Value, StringComparison.Ordinal);
        Assert.Contains(says, page.Root!.Value, StringComparison.Ordinal);
        Assert.False((bool)comparison.ToJson()["comparable"]!);
    }

    [Fact]
    public void Folders_of_one_name_are_told_apart()
    {
        using var folder = new Folder();
        var (one, two) = (folder.File("x/run"), folder.File("y/run"));
        Sample.Write(one);
        Sample.Write(two);
        Assert.Equal([one, two], Comparison.Read([one, two]).Runs.Select(r => r.Name));
        Assert.Throws<UsageException>(() => Comparison.Read([one]));
        Assert.Throws<UsageException>(() => Comparison.Read([one, two, one + "/"]));
        Assert.Throws<DataException>(() => Comparison.Read([one, folder.File("z")]));
    }

    private static Comparison Read(Folder folder, SampleRun a, SampleRun b) =>
        Comparison.Read([a.Write(folder.File("a")), b.Write(folder.File("b"))]);

    private static XDocument Page(Folder folder, Comparison comparison)
    {
        comparison.WriteHtml(folder.File("compare.html"));
        return XDocument.Parse(File.ReadAllText(folder.File("compare.html")));
    }

    private static IEnumerable<string> Sections(XDocument page) =>
        page.Descendants("section").Select(s => s.Attribute("aria-labelledby")!.Value);
}
