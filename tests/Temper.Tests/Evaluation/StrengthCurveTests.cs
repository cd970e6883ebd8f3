using System.Text.Json.Nodes;
using Temper.Evaluation;
using Temper.Evaluation.Strength;
using Temper.Reports;
using Temper.Runs;
using Temper.Tests.Reports;

namespace Temper.Tests.Evaluation;

public sealed class StrengthCurveTests
{
    private const int N = 10;

    [Fact]
    public void Restarts_count_examples_from_the_restart_that_broke_them()
    {
        // Nine of ten are right; three break, in restarts 0, 2 and 9.
        var curve = Single(
            new("probe.pgd-20x10", "pgd", new JsonObject { ["restarts"] = 10 }, 1),
            [
                .. Restarts(0, 0),
                .. Restarts(1, 2),
                .. Restarts(2, 9),
                .. Enumerable.Range(3, 6).SelectMany(i => Restarts(i, null)),
            ]
        );
        Assert.Equal(StrengthKind.Restarts, curve.Kind);
        Assert.Equal(N, curve.N);
        Assert.Equal(Enumerable.Range(0, 11), curve.Points.Select(p => p.At));
        Assert.Equal([9, 8, 8, 7, 7, 7, 7, 7, 7, 7, 6], curve.Points.Select(p => p.Robust));
        Assert.Equal(5, curve.Half.At);
        Assert.False(curve.IsFlat);
        Assert.Equal(
            "Not flat from 5 restarts to 10 restarts: 1 more of 10 fell. More restarts may break more.",
            StrengthSection.Verdict(curve, false)
        );
    }

    [Fact]
    public void Queries_are_the_passes_before_the_one_that_verifies()
    {
        var curve = Single(
            new("probe.square", "square", new JsonObject { ["queries"] = 1000 }, 1),
            [
                Attempt(0, "probe.square", 0, true, 2),
                Attempt(1, "probe.square", 0, true, 101),
                Attempt(2, "probe.square", 0, true, 102),
                .. Enumerable.Range(3, 6).Select(i => Attempt(i, "probe.square", 0, false, 1001)),
            ]
        );
        Assert.Equal([0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000], curve.Points.Select(p => p.At));
        Assert.Equal([9, 8, 8, 8, 8, 8, 8, 7, 6, 6, 6], curve.Points.Select(p => p.Robust));
        Assert.True(curve.IsFlat);
        Assert.Equal("Flat from 500 queries to 1,000 queries: no more fell.", StrengthSection.Verdict(curve, false));
    }

    [Fact]
    public void Steps_come_from_several_probes_in_order_of_their_steps()
    {
        var curves = StrengthCurve.Of(new ProbedSample(new SampleRun()).Evidence());
        Assert.Equal([StrengthKind.Steps, StrengthKind.Restarts, StrengthKind.Queries], curves.Select(c => c.Kind));
        var steps = curves[0];
        Assert.Equal([0, 10, 20, 40, 100], steps.Points.Select(p => p.At));
        Assert.Equal(256, steps.N);
        Assert.Equal(steps.Points.Select(p => p.Robust).OrderDescending(), steps.Points.Select(p => p.Robust));
        Assert.Equal("probe.apgd-ce", steps.Points[^1].Probe);
        Assert.Equal(40, steps.Half.At);
    }

    [Fact]
    public void Without_probes_or_with_one_setting_there_is_no_curve()
    {
        Assert.Empty(StrengthCurve.Of(new SampleRun { Selection = DataSelection.All(50) }.Evidence()));
        Assert.Empty(Curves(new("probe.pgd-10", "pgd", new JsonObject { ["steps"] = 10 }, 1), []));
        Assert.Empty(Curves(new("probe.pgd-20x10", "pgd", new JsonObject { ["restarts"] = 1 }, 1), []));
        Assert.Empty(Curves(new("probe.pgd-20x10", "pgd", new JsonObject { ["restarts"] = "10" }, 1), []));
    }

    private static IEnumerable<AttemptRow> Restarts(int index, int? broken) =>
        Enumerable
            .Range(0, 1 + (broken ?? 9))
            .Select(restart => Attempt(index, "probe.pgd-20x10", restart, restart == broken, 21));

    private static AttemptRow Attempt(int index, string probe, int restart, bool broken, int forwards) =>
        new(index, AttemptRow.Probe, probe, restart, broken ? "broken" : "standing", 0.3, forwards, 0);

    private static StrengthCurve Single(ManifestAttack probe, IReadOnlyList<AttemptRow> attempts) =>
        Assert.Single(Curves(probe, attempts));

    /// <summary>Ten examples: the last is wrong without an attack, nothing but the probe attacks.</summary>
    private static IReadOnlyList<StrengthCurve> Curves(ManifestAttack probe, IReadOnlyList<AttemptRow> attempts)
    {
        var manifest = new SampleRun { Selection = DataSelection.All(N), Attacks = [] }.Manifest() with
        {
            Probes = new(N, [probe]),
        };
        var broken = attempts.Where(a => a.Outcome == "broken").Select(a => a.Index).ToHashSet();
        var ledger = Enumerable
            .Range(0, N)
            .Select(i =>
                i == N - 1 ? new LedgerRow(i, 0, 1, "clean", null, null, 1, 0)
                : broken.Contains(i) ? new LedgerRow(i, 0, 0, probe.Name, 1, 0.3, 1, 0)
                : new LedgerRow(i, 0, 0, null, null, null, 1, 0)
            );
        return StrengthCurve.Of(Evidence.Of(manifest, [.. ledger], attempts));
    }
}
