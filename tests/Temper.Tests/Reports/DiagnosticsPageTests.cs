using System.Xml.Linq;
using Temper.Evaluation;
using Temper.Reports;
using Temper.Tests.Evaluation.Analysers;

namespace Temper.Tests.Reports;

/// <summary>What the page says of probes, findings and cures.</summary>
public sealed class DiagnosticsPageTests
{
    private static readonly ProbedRun Run = ProbedRun.Of(("fgsm", 0, 90), ("pgd-10", 0, 20), ("unbounded", 0, 256));

    [Fact]
    public void Every_probe_stands_by_itself_with_its_limits()
    {
        var section = Section("probes", Run);
        var rows = section.Descendants("tbody").Single().Elements().Select(Text).ToList();
        Assert.Equal(3, rows.Count);
        // 166 of 256 stand: limits by the formula of Clopper and Pearson, outwards to two decimals.
        Assert.Contains("64.84 %", rows[0], StringComparison.Ordinal);
        Assert.Contains(
            $"{Math.Floor(Interval.LowerLimit(166, 256) * 10_000) / 100:F2}–{Math.Ceiling(Interval.UpperLimit(166, 256) * 10_000) / 100:F2} %",
            rows[0],
            StringComparison.Ordinal
        );
        Assert.Contains("90 of 256", rows[0], StringComparison.Ordinal);
        Assert.Contains("under linf:0.15", rows[2], StringComparison.Ordinal);
        Assert.DoesNotContain("robust", Text(section), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>What is left by an attack of the cascade depends on those before it: no limits there.</summary>
    [Fact]
    public void The_cascade_has_no_limits() =>
        Assert.DoesNotContain("limit", Text(Section("attacks", Run)), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void A_finding_names_threshold_source_and_page_and_links_nowhere()
    {
        var section = Section("findings", Run);
        var text = Text(section);
        Assert.Contains("TMP121", text, StringComparison.Ordinal);
        Assert.Contains("Raised for more than 1 point; source: own choice", text, StringComparison.Ordinal);
        Assert.Contains("docs/findings/TMP121.md", text, StringComparison.Ordinal);
        Assert.Empty(section.Descendants("a"));
    }

    [Fact]
    public void A_refusal_names_what_cures_it()
    {
        var evidence = new SampleRun().Evidence();
        var text = Text(Section("verdict", evidence));
        Assert.Contains("temper evaluate RUN --threat linf:0.3 --protocol standard", text, StringComparison.Ordinal);
        var strong = new SampleRun
        {
            Protocol = "standard",
            Attacks = [new("aa", "apgd", [], 1) { List = "autoattack" }],
        };
        Assert.DoesNotContain("Cure", Text(Section("verdict", strong.Evidence())), StringComparison.Ordinal);
    }

    private static XElement Section(string id, ProbedRun run) => Section(id, run.Evidence());

    private static XElement Section(string id, Evidence evidence)
    {
        var findings = Findings.Of(evidence);
        var report = new Report(evidence, findings, Claim.From(evidence, findings), [], null, null);
        return XDocument
            .Parse(ReportPage.Render(report, []).Replace("<!DOCTYPE html>", "", StringComparison.Ordinal))
            .Descendants("section")
            .Single(s => (string?)s.Attribute("aria-labelledby") == id);
    }

    private static string Text(XElement element) => element.Value.Replace('\u00A0', ' ');
}
