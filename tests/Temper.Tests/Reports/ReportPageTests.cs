using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Temper.Reports;
using Temper.Runs;

namespace Temper.Tests.Reports;

public sealed partial class ReportPageTests
{
    private const string Hostile = "<script>alert('x')</script>&\"\u0001\u202E{0}";

    public static TheoryData<string> Cases =>
        ["whole", "first", "bare", "hostile", "long", "table", "colour", "probed"];

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
        const string All =
            "verdict scope threat findings comparison curve unseen training attacks probes strength details transfer gallery cost environment files";
        var all = All.Split(' ');
        Assert.Equal(all, Sections(Page("probed").Page));
        Assert.Equal(all.Except(["probes", "strength", "transfer"]), Sections(Page("whole").Page));
        Assert.Equal(
            all.Except(["curve", "unseen", "training", "probes", "strength", "details", "transfer", "gallery"]),
            Sections(Page("bare").Page)
        );
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
        Assert.Contains(
            "1.0 times the passes and 1.0 times the time of standard training",
            text,
            StringComparison.Ordinal
        );
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
        // Six broken of six, two smallest, two survivors.
        Assert.Equal(30, images.Count);
        Assert.All(images, i => Assert.Equal("28", i.Attribute("width")!.Value));
        Assert.Contains("clean: class", images[0].Attribute("alt")!.Value, StringComparison.Ordinal);
        Assert.Equal(3, images.Take(3).Select(i => i.Attribute("src")!.Value).Distinct().Count());
    }

    [Fact]
    public void The_curve_is_drawn_with_the_twins_and_bands_above_the_lines()
    {
        var (_, page) = Page("whole");
        var section = page.Descendants("section").Single(s => s.Attribute("aria-labelledby")!.Value == "curve");
        Assert.Equal(2, section.Descendants("polygon").Count());
        var lines = section.Descendants("polyline").Select(Points).ToList();
        Assert.Equal([9, 9], lines.Select(l => l.Count));
        // Down the page is less; a band never reaches below its line, since nothing was measured there.
        foreach (var (band, line) in section.Descendants("polygon").Select(Points).Zip(lines))
        {
            Assert.Equal(18, band.Count);
            Assert.All(band, p => Assert.True(p.Y <= line.Single(l => Math.Abs(l.X - p.X) < 1e-6).Y));
        }
        var rows = section.Descendants("tbody").Single().Elements("tr").ToList();
        Assert.Equal(9, rows.Count);
        Assert.Equal("0.387.90 %0.00 %", rows[4].Value.Trim());
        Assert.Contains("A random 1,000 of the 10,000 evaluated images", section.Value, StringComparison.Ordinal);
        Assert.Empty(Page("first").Page.Descendants("polygon"));
    }

    [Fact]
    public void Rows_of_a_table_are_listed_and_never_called_images()
    {
        var (_, page) = Page("table");
        Assert.Empty(page.Descendants("img"));
        Assert.DoesNotContain("image", page.Root!.Element("body")!.Value, StringComparison.OrdinalIgnoreCase);
        var table = page.Descendants("section")
            .Single(s => s.Attribute("aria-labelledby")!.Value == "gallery")
            .Descendants("table")
            .First();
        Assert.Contains("1 becomes 2; 2 of 4 values changed", table.Value, StringComparison.Ordinal);
        Assert.Contains("1 stays; 0 of 4 values changed", page.Root!.Value, StringComparison.Ordinal);
        Assert.Equal(
            ["30.90.4−0.5", "00.10.35+0.25"],
            table.Descendants("tbody").Single().Elements("tr").Select(r => r.Value.Trim())
        );
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.00123456, "0.0012")]
    [InlineData(-0.25, "−0.25")]
    [InlineData(0.0000812, "8.1e−5")]
    public void Small_numbers_are_not_rounded_away(double value, string text) =>
        Assert.Equal(text, Figures.Small(value));

    [Fact]
    public void Notes_on_the_model_and_the_data_stand_beside_the_verdict()
    {
        var text = Page("colour").Page.Root!.Value;
        Assert.Contains("It was attacked through its scores only.", text, StringComparison.Ordinal);
        Assert.Contains("MNIST (JPEG-decoded) test images", text, StringComparison.Ordinal);
        Assert.DoesNotContain("knows the model and its gradients", text, StringComparison.Ordinal);
        Assert.Contains("by at most 8/255", text, StringComparison.Ordinal);
        Assert.Matches("class kind[0-9]", text);
        Assert.Contains("knows the model and its gradients", Page("whole").Page.Root!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_twin_that_was_measured_otherwise_is_not_compared()
    {
        using var folder = new Folder();
        new SampleRun { Twin = "natural" }.Write(folder.Path);
        new SampleRun { Threat = new("linf:0.1", "linf", 0.1) }.Write(folder.File("natural"));
        ReportFolder.Write(folder.Path);
        var text = XDocument.Load(folder.File("report.html")).Root!.Value;
        Assert.Contains("Not comparable with the twin: other threat model", text, StringComparison.Ordinal);
        Assert.DoesNotContain("more right than this model", text, StringComparison.Ordinal);
    }

    private static List<(double X, double Y)> Points(XElement line) =>
        [
            .. line.Attribute("points")!
                .Value.Split(' ')
                .Select(p => p.Split(','))
                .Select(p =>
                    (
                        double.Parse(p[0], System.Globalization.CultureInfo.InvariantCulture),
                        double.Parse(p[1], System.Globalization.CultureInfo.InvariantCulture)
                    )
                ),
        ];

    private static IEnumerable<string> Sections(XDocument page) =>
        page.Descendants("section").Select(s => s.Attribute("aria-labelledby")!.Value);

    private static (string Text, XDocument Page) Page(string name)
    {
        using var folder = new Folder();
        var run = name switch
        {
            "whole" or "probed" => new SampleRun
            {
                Twin = "natural",
                Curve = 1000,
                Unseen = 250,
            },
            "first" => new SampleRun { Selection = DataSelection.First(200, 10_000), Curve = 200 },
            "table" => PageSamples.Table,
            "colour" => PageSamples.Colour,
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
                Notes = [Hostile],
                Variant = Hostile,
                Curve = 100,
                Twin = "<&'#?%",
                Attacks = [new("<b>&'", Hostile, new JsonObject { [Hostile] = Hostile }, 1) { Notices = [Hostile] }],
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
        if (name == "probed")
        {
            new ProbedSample(run).Write(folder.Path);
        }
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
