using Temper.Evaluation;
using Temper.Evaluation.Strength;
using Temper.Runs;

namespace Temper.Reports;

/// <summary>Accuracy against what attacks are given: steps, restarts, queries.</summary>
internal static class StrengthSection
{
    private static readonly int[] QueryTicks = [0, 10, 100, 1000, 10_000];

    public static Html Render(Report report)
    {
        var curves = StrengthCurve.Of(report.Evidence);
        if (curves.Count == 0)
        {
            return Html.Empty;
        }
        var twins = report.Twin is { } twin ? StrengthCurve.Of(twin.Evidence) : [];
        var random = report.Evidence.Selection.Kind != SelectionKind.First;
        var several = curves.Select(c => c.Threat).Distinct(StringComparer.Ordinal).Count() > 1;
        var charts = curves.Select(
            (curve, i) => Chart($"strength-{i + 1}", curve, Twin(curve, twins), random, several)
        );
        var band = random
            ? "Bands are 95\u00A0% Clopper–Pearson intervals of each point by itself, for the drawing of examples alone."
            : "The first examples of a file are not a random sample: there are no bands.";
        return Html.Of(
            $"""
            <section aria-labelledby="strength">
            <h2 id="strength">Strength of the attacks</h2>
            <div>
            <div class="multiples">
            {charts}</div>
            <ul class="below">{curves.Select(c => Html.Of($"<li>{Verdict(c, several)}</li>"))}</ul>
            <p class="note">What single attacks leave of {Figures.Count(
                curves[0].N
            )} random {report.Things}; what all together leave is lower, or equal. {band} A curve counts as flat where its last stretch lowered it by no more than {Figures.Percent(
                StrengthCurve.FlatShare
            )}; that a curve is flat does not show that no other attack does better.</p>
            </div>
            </section>

            """
        );
    }

    /// <summary>What the end of a curve says.</summary>
    internal static string Verdict(StrengthCurve curve, bool withThreat)
    {
        var (half, last) = (curve.Half, curve.Points[^1]);
        var where = withThreat ? $" under {curve.Threat}" : "";
        var fell = half.Robust - last.Robust;
        var stretch = $"from {Amount(curve.Kind, half.At)} to {Amount(curve.Kind, last.At)}{where}";
        var found = fell switch
        {
            > 0 => $"{Figures.Count(fell)} more fell",
            0 => "no more fell",
            _ => $"{Figures.Count(-fell)} fewer fell, since the two points are searches of their own",
        };
        return curve.IsFlat
            ? $"Flat {stretch}: {found}."
            : $"Not flat {stretch}: {Figures.Count(fell)} more of {Figures.Count(curve.N)} fell. More {Noun(curve.Kind)} may break more.";
    }

    private static StrengthCurve? Twin(StrengthCurve curve, IReadOnlyList<StrengthCurve> twins) =>
        // A twin measured otherwise does not belong into the same chart.
        twins.FirstOrDefault(t =>
            t.Kind == curve.Kind
            && t.Threat == curve.Threat
            && t.N == curve.N
            && t.Points.Select(p => p.At).SequenceEqual(curve.Points.Select(p => p.At))
        );

    private static Html Chart(string id, StrengthCurve curve, StrengthCurve? twin, bool random, bool several)
    {
        List<Series> series = [Line("This model", "s-worst", curve, random)];
        if (twin is not null)
        {
            series.Add(Line("Natural twin", "s-twin", twin, random));
        }
        var by = curve.Kind switch
        {
            StrengthKind.Steps => "gradient steps (PGD, the last by APGD)",
            StrengthKind.Restarts => "restarts of PGD",
            _ => "queries of Square",
        };
        var points = curve.Points.Select(
            (p, i) =>
                $"{Amount(curve.Kind, p.At)}: {Share(p.Robust, curve.N)}"
                + (twin is null ? "" : $", twin {Share(twin.Points[i].Robust, twin.N)}")
        );
        return LineChart.Render(
            id,
            $"Still correct, by {by}{(several ? $", {curve.Threat}" : "")}",
            string.Join("; ", points) + ".",
            series,
            new(0, Place(curve, curve.Points[^1].At), Ticks(curve)),
            ShareAxis.Ticks(series.Min(s => (s.Lower ?? s.Points.Select(p => p.Y)).Min()))
        );
    }

    private static Series Line(string name, string style, StrengthCurve curve, bool random) =>
        new(
            name,
            style,
            [.. curve.Points.Select(p => (Place(curve, p.At), p.Robust / (double)curve.N))],
            Share(curve.Points[^1].Robust, curve.N),
            random ? [.. curve.Points.Select(p => Interval.UpperLimit(p.Robust, curve.N))] : null
        )
        {
            Lower = random ? [.. curve.Points.Select(p => Interval.LowerLimit(p.Robust, curve.N))] : null,
        };

    /// <summary>Queries stand apart by their powers of ten, the others by their number.</summary>
    private static double Place(StrengthCurve curve, int at) =>
        curve.Kind == StrengthKind.Queries ? Math.Log10(1 + at) : at;

    private static IReadOnlyList<(double Place, string Label)> Ticks(StrengthCurve curve)
    {
        var last = curve.Points[^1].At;
        var ticks = curve.Kind switch
        {
            StrengthKind.Queries => QueryTicks.Where(t => t <= last),
            StrengthKind.Steps => curve.Points.Select(p => p.At),
            _ => curve.Points.Select(p => p.At).Where(at => at % Math.Max(1, last / 5) == 0),
        };
        return [.. ticks.Select(t => (Place(curve, t), Figures.Count(t)))];
    }

    private static string Share(int robust, int n) => Figures.PercentUp(robust, n);

    private static string Amount(StrengthKind kind, int at)
    {
        var (one, many) = kind switch
        {
            StrengthKind.Steps => ("step", "steps"),
            StrengthKind.Restarts => ("restart", "restarts"),
            _ => ("query", "queries"),
        };
        return at == 0 ? "no attack" : $"{Figures.Count(at)} {(at == 1 ? one : many)}";
    }

    private static string Noun(StrengthKind kind) =>
        kind switch
        {
            StrengthKind.Steps => "steps",
            StrengthKind.Restarts => "restarts",
            _ => "queries",
        };
}
