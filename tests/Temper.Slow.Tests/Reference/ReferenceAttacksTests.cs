using Temper.Serialization;
using static TorchSharp.torch;

namespace Temper.Slow.Tests.Reference;

/// <summary>What attacks of other toolkits reached on published networks, ours reach as well: kept evidence, and how it is made.</summary>
public sealed class ReferenceAttacksTests : IDisposable
{
    private readonly int _threads = get_num_threads();

    public ReferenceAttacksTests() => set_num_threads(1);

    public void Dispose() => set_num_threads(_threads);

    /// <summary>
    /// Hours. Run it with <c>-explicit only</c>; it goes on where it was stopped. TEMPER_ROWS takes the rows whose network and
    /// attack contain one of the words in it, separated by commas.
    /// </summary>
    [Fact(Explicit = true)]
    public void Measure()
    {
        var rows = ReferenceRow.Read();
        var page = new ReferencePage();
        var words = Environment.GetEnvironmentVariable("TEMPER_ROWS")?.Split(',') ?? [""];
        foreach (
            var row in rows.Where(r => words.Any(w => $"{r.Model} {r.Attack}".Contains(w, StringComparison.Ordinal)))
        )
        {
            var attack = OurAttack.For(row);
            if (
                page.Find(Measured.KeyOf(row, attack)) is not null
                || attack.Resolve(ReferenceRun.ThreatOf(row)) is not { } attacks
            )
            {
                continue;
            }
            var measured = ReferenceRun.Measure(row, attack, attacks);
            Assert.Equal(row.CleanCorrect, measured.CleanCorrect);
            page.Add(measured);
            AtomicFile.WriteText(ReferencePage.PagePath, page.Text(rows));
        }
    }

    [Fact]
    public void The_page_is_made_from_what_was_measured()
    {
        var text = new ReferencePage().Text(ReferenceRow.Read());
        if (Environment.GetEnvironmentVariable("TEMPER_UPDATE_DOCS") == "1")
        {
            AtomicFile.WriteText(ReferencePage.PagePath, text);
        }
        Assert.Equal(File.ReadAllText(ReferencePage.PagePath), text);
    }

    [Fact]
    public void Every_row_that_was_measured_is_met()
    {
        var missed = new ReferencePage()
            .Compared(ReferenceRow.Read())
            .Where(c => c.Verdict is { Missed.Count: > 0 })
            .Select(c => $"{c.Row.Model} {c.Row.Images} {c.Row.Attack}: {string.Join(", ", c.Verdict!.Missed)}");
        Assert.Empty(missed);
    }

    /// <summary>Of the first 1,000 exactly 676 are robust, as others proved; the reference AutoAttack leaves 677.</summary>
    [Fact]
    public void AutoAttack_leaves_of_the_Fashion_network_what_is_proved_or_two_more()
    {
        var row = ReferenceRow.Read().Single(r => (r.Model, r.Attack) == ("wk17_fashion_conv", "aa"));
        var measured = new ReferencePage().Find(Measured.KeyOf(row, OurAttack.For(row)));
        Assert.NotNull(measured);
        Assert.InRange(measured.Robust, 676, 678);
    }

    [Fact]
    public void The_median_of_distances_with_failures()
    {
        Assert.Equal(2, Statistics.Median([3, 1, 2]));
        Assert.Equal(2, Statistics.Median([double.PositiveInfinity, 1, 2, 3]));
        Assert.Equal(double.PositiveInfinity, Statistics.Median([1, double.PositiveInfinity, double.PositiveInfinity]));
    }

    [Fact]
    public void The_upper_limit_of_a_ratio_of_medians_lies_above_the_ratio()
    {
        double[] theirs = [.. Enumerable.Range(1, 50).Select(i => (double)i)];
        Assert.Equal(0.5, Statistics.UpperRatio([.. theirs.Select(d => d / 2)], theirs), 1e-12);
        double[] apart = [.. theirs.Reverse()];
        Assert.InRange(Statistics.UpperRatio(apart, theirs), 1.3, 3);
    }
}
