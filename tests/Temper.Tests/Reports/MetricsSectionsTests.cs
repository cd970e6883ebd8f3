using System.Xml.Linq;
using Temper.Reports;

namespace Temper.Tests.Reports;

public sealed class MetricsSectionsTests
{
    private static readonly SampleRun Run = new() { Twin = "natural", Curve = 1000 };

    [Fact]
    public void Strength_is_drawn_with_bands_on_both_sides_and_said_in_words()
    {
        var page = Page(new ProbedSample(Run));
        var section = page.Descendants("section").Single(s => s.Attribute("aria-labelledby")!.Value == "strength");
        Assert.Equal(3, section.Descendants("figure").Count());
        // This model and its twin, by steps, restarts and queries.
        Assert.Equal(6, section.Descendants("polyline").Count());
        foreach (
            var (band, line) in section
                .Descendants("polygon")
                .Select(Points)
                .Zip(section.Descendants("polyline").Select(Points))
        )
        {
            Assert.All(band.Take(line.Count).Zip(line), p => Assert.True(p.First.Y >= p.Second.Y));
            Assert.All(band.Skip(line.Count).Reverse().Zip(line), p => Assert.True(p.First.Y <= p.Second.Y));
        }
        Assert.Equal(3, section.Descendants("li").Count(li => li.Value.Contains("lat from", StringComparison.Ordinal)));
    }

    [Fact]
    public void Classes_distances_and_confidence_stand_in_tables()
    {
        var page = Page(new ProbedSample(Run));
        var section = page.Descendants("section").Single(s => s.Attribute("aria-labelledby")!.Value == "details");
        Assert.Equal([10, 8, 5, 2], section.Descendants("tbody").Select(b => b.Elements("tr").Count()));
        var text = section.Value.Replace('\u00A0', ' ');
        Assert.Contains("Attacks broke 1,070 of the 9,860 images", text, StringComparison.Ordinal);
        Assert.Contains("No attack looked for the nearest wrong point", text, StringComparison.Ordinal);
        Assert.Contains("> 0.3", text, StringComparison.Ordinal);
        Assert.Contains(
            "around 2 images: the median CLEVER score is 0.26; 1 have the largest possible, ε = 0.3. 1 of these were broken all the same.",
            text,
            StringComparison.Ordinal
        );
        // Ledgers of earlier versions hold no confidences.
        Assert.DoesNotContain("ECE", Page(Run).Root!.Value, StringComparison.Ordinal);
    }

    private static XDocument Page(SampleRun run)
    {
        using var folder = new Folder();
        ReportFolder.Write(run.Write(folder.Path));
        return XDocument.Load(folder.File("report.html"));
    }

    private static XDocument Page(ProbedSample run)
    {
        using var folder = new Folder();
        ReportFolder.Write(run.Write(folder.Path));
        return XDocument.Load(folder.File("report.html"));
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
}
