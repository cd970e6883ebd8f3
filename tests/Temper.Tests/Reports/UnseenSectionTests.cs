using System.Xml.Linq;
using Temper.Evaluation.Unseen;
using Temper.Reports;

namespace Temper.Tests.Reports;

public sealed class UnseenSectionTests
{
    [Fact]
    public void Unseen_threats_are_one_matrix_that_says_what_it_is()
    {
        var section = Matrix(new SampleRun { Curve = 1000, Unseen = 250 });
        var text = section.Value.Replace('\u00A0', ' ');
        Assert.Contains("None of these threats was part of the threat model", text, StringComparison.Ordinal);
        Assert.Contains("Correct, of 250 images; without any change 98.00 %", text, StringComparison.Ordinal);
        var rows = section.Descendants("tbody").Elements("tr").Where(r => r.Elements("td").Any()).ToList();
        var widths = rows.Select(r => r.Elements("td").Sum(td => (int?)td.Attribute("colspan") is { } span ? span : 1));
        Assert.All(widths, width => Assert.Equal(5, width));
        Assert.Contains("L230.80 %ε = 2.1", text, StringComparison.Ordinal);
        Assert.Contains(rows, r => r.Value.StartsWith("Elastic transform", StringComparison.Ordinal));
        var blind = Matrix(PageSamples.Colour).Value;
        Assert.Contains("needs gradients", blind, StringComparison.Ordinal);
    }

    [Fact]
    public void The_twin_stands_beside_where_it_was_measured_in_the_same_way()
    {
        var run = new SampleRun { Unseen = 250, Twin = "twin" };
        var rows = SampleUnseen.Rows(250, "built-in").Select(r => r with { Correct = r.Correct / 2 }).ToList();
        var both = Matrix(run, folder => UnseenCsv.Write(folder.File("twin/unseen.csv"), rows))
            .Value.Replace('\u00A0', ' ');
        Assert.Contains("30.80 %ε = 2.1twin 15.20 %", both, StringComparison.Ordinal);
        Assert.Contains("Beside each stands the number of the twin", both, StringComparison.Ordinal);
        Assert.DoesNotContain("twin", Matrix(new SampleRun { Unseen = 250 }).Value, StringComparison.Ordinal);
    }

    private static XElement Matrix(SampleRun run, Action<Folder>? change = null)
    {
        using var folder = new Folder();
        run.Write(folder.Path);
        change?.Invoke(folder);
        ReportFolder.Write(folder.Path);
        var page = XDocument.Load(folder.File("report.html"));
        return page.Descendants("section").Single(s => s.Attribute("aria-labelledby")!.Value == "unseen");
    }
}
