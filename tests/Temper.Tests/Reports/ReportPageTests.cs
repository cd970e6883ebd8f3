using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Temper.Reports;
using Temper.Runs;

namespace Temper.Tests.Reports;

public sealed partial class ReportPageTests
{
    private const string Hostile = "<script>alert('x')</script>&\"\u0001\u202E{0}";

    public static TheoryData<string> Cases => ["whole", "first", "bare", "hostile", "long"];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_page_is_well_formed_and_needs_nothing_from_outside(string name)
    {
        var (text, page) = Page(name);
        Assert.Equal("html", page.Root!.Name.LocalName);
        Assert.Empty(page.Descendants("script"));
        foreach (var attribute in page.Descendants().Attributes())
        {
            Assert.False(
                attribute.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase),
                attribute.ToString()
            );
            if (attribute.Name.LocalName is "src")
            {
                Assert.StartsWith("data:image/png;base64,", attribute.Value, StringComparison.Ordinal);
            }
        }
        Assert.All(
            page.Descendants("a").Select(a => a.Attribute("href")!.Value),
            href => Assert.DoesNotMatch("^[a-z]+:|^/", href)
        );
        Assert.DoesNotContain("http:", text, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", text, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", text, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_markup_means_what_it_shows(string name)
    {
        var (_, page) = Page(name);
        var headings = page.Descendants()
            .Where(e => Heading().IsMatch(e.Name.LocalName))
            .Select(e => e.Name.LocalName[1] - '0')
            .ToList();
        Assert.Equal(1, headings[0]);
        Assert.Single(headings, h => h == 1);
        Assert.All(headings.Zip(headings.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1));
        Assert.All(page.Descendants("th"), th => Assert.NotNull(th.Attribute("scope")));
        Assert.All(page.Descendants("img"), img => Assert.NotEmpty(img.Attribute("alt")!.Value));
        Assert.All(
            page.Descendants("svg").Where(s => s.Attribute("role")?.Value == "img"),
            svg => Assert.NotEmpty(svg.Element("desc")!.Value)
        );
        var ids = page.Descendants().Attributes("id").Select(a => a.Value).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        foreach (var labelled in page.Descendants().Attributes("aria-labelledby"))
        {
            Assert.All(labelled.Value.Split(' '), id => Assert.Contains(id, ids));
        }
    }

    [Fact]
    public void Sections_stand_in_order_and_absent_ones_are_skipped()
    {
        string[] all =
        [
            "verdict",
            "scope",
            "threat",
            "comparison",
            "attacks",
            "training",
            "gallery",
            "findings",
            "cost",
            "environment",
            "files",
        ];
        Assert.Equal(all, Sections(Page("whole").Page));
        Assert.Equal(all.Except(["training", "gallery"]), Sections(Page("bare").Page));
    }

    [Fact]
    public void The_page_says_what_the_evidence_says()
    {
        var text = Page("whole").Page.Root!.Value.Replace('\u00A0', ' ');
        Assert.Contains("Claim refused: attacks insufficient", text, StringComparison.Ordinal);
        Assert.Contains("leave at most 87.90 % classified correctly under linf:0.3", text, StringComparison.Ordinal);
        Assert.Contains("98.60 %", text, StringComparison.Ordinal);
        Assert.Contains("88.54 %", text, StringComparison.Ordinal);
        Assert.Contains("TMP120", text, StringComparison.Ordinal);
        Assert.Contains("Natural twin, worst case", text, StringComparison.Ordinal);
        Assert.Contains("8.0 times the passes", text, StringComparison.Ordinal);
        Assert.Contains("epoch 6, whose weights were kept", text, StringComparison.Ordinal);
        // The word never stands without threat, n and attacks; the page does without it.
        Assert.DoesNotContain("robust", text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_first_examples_get_no_interval_on_the_page()
    {
        var (_, page) = Page("first");
        var text = page.Root!.Value.Replace('\u00A0', ' ');
        Assert.Contains("no interval, smoke test", text, StringComparison.Ordinal);
        Assert.DoesNotContain("97.5 %", text, StringComparison.Ordinal);
        Assert.DoesNotContain(page.Descendants("line"), l => l.Attribute("class")?.Value == "mark");
    }

    [Fact]
    public void Hostile_names_stay_text()
    {
        var (text, page) = Page("hostile");
        Assert.DoesNotContain("<script", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\u0001', text);
        Assert.DoesNotContain('\u202E', text);
        Assert.Contains(
            "<script>alert('x')</script>&\"\uFFFD\uFFFD{0}",
            page.Descendants("h1").Single().Value,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Pictures_hold_the_images()
    {
        var (_, page) = Page("whole");
        var images = page.Descendants("img").ToList();
        Assert.Equal(30, images.Count);
        Assert.All(images, i => Assert.Equal("28", i.Attribute("width")!.Value));
        Assert.Contains("clean: class", images[0].Attribute("alt")!.Value, StringComparison.Ordinal);
        Assert.Equal(3, images.Take(3).Select(i => i.Attribute("src")!.Value).Distinct().Count());
    }

    private static IEnumerable<string> Sections(XDocument page) =>
        page.Descendants("section").Select(s => s.Attribute("aria-labelledby")!.Value);

    private static (string Text, XDocument Page) Page(string name)
    {
        using var folder = new Folder();
        var run = name switch
        {
            "whole" => new SampleRun { Twin = "natural" },
            "first" => new SampleRun { Selection = DataSelection.First(200, 10_000) },
            "bare" => new SampleRun
            {
                Selection = DataSelection.Sample(50, 10_000, 1),
                Trained = false,
                Attacks = [],
            },
            "hostile" => new SampleRun
            {
                Selection = DataSelection.Sample(400, 10_000, 1),
                Architecture = Hostile,
                ModelPath = Hostile,
                TrainedFor = Hostile,
                Threat = new(Hostile, Hostile, 0.1),
                Twin = "<&'#?%",
                Attacks = [new("<b>&'", Hostile, new JsonObject { [Hostile] = Hostile }, 1)],
            },
            _ => new SampleRun
            {
                Selection = DataSelection.Sample(400, 10_000, 1),
                Threat = new("l2:1.5", "l2", 1.5),
                Architecture = new string('m', 300),
                ModelPath = new string('p', 500),
            },
        };
        run.Write(folder.Path);
        if (name == "bare")
        {
            File.Delete(folder.File("gallery.json"));
        }
        ReportFolder.Write(folder.Path);
        var text = File.ReadAllText(folder.File("report.html"));
        // For a person to look at: this variable names a folder that keeps the pages.
        if (Environment.GetEnvironmentVariable("TEMPER_KEEP_REPORTS") is { Length: > 0 } kept)
        {
            File.WriteAllText(Path.Combine(kept, name + ".html"), text);
        }
        return (text, XDocument.Parse(text));
    }

    [GeneratedRegex("^h[1-6]$")]
    private static partial Regex Heading();
}
