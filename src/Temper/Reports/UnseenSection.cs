using Temper.Evaluation.Unseen;

namespace Temper.Reports;

/// <summary>Accuracy under threats that were not part of the threat model, as one matrix: a line for each threat, a column for each size.</summary>
internal static class UnseenSection
{
    public static Html Render(Report report)
    {
        var rows = report.Unseen;
        if (rows.Count == 0)
        {
            return Html.Empty;
        }
        var threats = rows.Skip(1).ToList();
        var columns = threats.GroupBy(r => (r.Family, r.Name)).Max(g => g.Count());
        var twins = Twins(report);
        var bodies = threats.GroupBy(r => r.Family).Select(family => Body(family.Key, [.. family], columns, twins));
        var heads = Enumerable
            .Range(1, columns)
            .Select(i => Html.Of($"""<th scope="col" class="num">Size or severity {i}</th>"""));
        return Html.Of(
            $"""
            <section class="wide" aria-labelledby="unseen">
            <h2 id="unseen">Unseen threats</h2>
            <p>None of these threats was part of the threat model that was evaluated, {report.Evidence.Manifest.Threat.Text}, and no claim of this page covers them.</p>
            <table class="stack">
            <caption>Correct, of {Figures.Count(rows[0].N)} {report.Things}; without any change {Share(
                rows[0]
            )}</caption>
            <thead><tr><th scope="col">Threat</th>{heads}</tr></thead>
            {bodies}</table>
            <p class="note">{Explain(report)}</p>
            </section>

            """
        );
    }

    private static Html Body(string family, IReadOnlyList<UnseenRow> rows, int columns, IReadOnlyList<UnseenRow> twins)
    {
        var lines = rows.GroupBy(r => r.Name).Select(threat => Line(threat.Key, [.. threat], columns, twins));
        return Html.Of(
            $"""
            <tbody>
            <tr><th scope="rowgroup" colspan="{columns + 1}"><span class="options">{Kind(family)}</span></th></tr>
            {lines}</tbody>

            """
        );
    }

    private static Html Line(string name, IReadOnlyList<UnseenRow> sizes, int columns, IReadOnlyList<UnseenRow> twins)
    {
        var cells = sizes.Select(size => Cell(size, twins.FirstOrDefault(twin => Same(size, twin))));
        var empty = Html.When(columns > sizes.Count, () => Html.Of($"""<td colspan="{columns - sizes.Count}"></td>"""));
        return Html.Of(
            $"""
            <tr><th scope="row">{Name(sizes[0].Family, name)}</th>{cells}{empty}</tr>

            """
        );
    }

    /// <summary>Severities are what the columns say; other sizes stand with their number.</summary>
    private static Html Cell(UnseenRow size, UnseenRow? twin)
    {
        var beside = twin is null ? Html.Empty : Html.Of($"""<span class="options">twin {Share(twin)}</span>""");
        return size.Family == UnseenRow.Corruption
            ? Html.Of($"""<td class="num" data-label="severity {size.Setting}">{Share(size)}{beside}</td>""")
            : Html.Of($"""<td class="num">{Share(size)}<span class="options">{Setting(size)}</span>{beside}</td>""");
    }

    /// <summary>The rows of the twin, where it was measured in the same way.</summary>
    private static IReadOnlyList<UnseenRow> Twins(Report report) =>
        report.Twin is { Unseen.Count: > 0 } twin
        && twin.Unseen[0].N == report.Unseen[0].N
        && Comparability.Differences(report.Evidence.Manifest, twin.Evidence.Manifest).Count == 0
            ? twin.Unseen
            : [];

    private static bool Same(UnseenRow one, UnseenRow other) =>
        (one.Family, one.Name, one.Setting, one.N) == (other.Family, other.Name, other.Setting, other.N) && one.N > 0;

    private static string Explain(Report report)
    {
        var rows = report.Unseen;
        var examples =
            rows[0].N == report.Evidence.N
                ? $"All {Figures.Count(rows[0].N)} evaluated {report.Things}."
                : $"A random {Figures.Count(rows[0].N)} of the {Figures.Count(report.Evidence.N)} evaluated {report.Things}.";
        var bound =
            "For norms, larger budgets, rotations, translations and the patch every number is an upper bound: the worst of the points that were tried, clean errors included.";
        var corruption = rows.Any(r => r is { Family: UnseenRow.Corruption, N: > 0 })
            ? " Nobody chooses a corruption against the model: there the number is accuracy on the corrupted images, at severities 1 to 5."
            : "";
        var twin =
            Twins(report).Count > 0 ? " Beside each stands the number of the twin, trained without attacks." : "";
        return $"{examples} {bound}{corruption}{twin}";
    }

    private static string Kind(string family) =>
        family switch
        {
            UnseenRow.Norm => "Other norms",
            UnseenRow.Larger => "Larger budgets",
            UnseenRow.Spatial => "Moved images",
            UnseenRow.Patch => "Adversarial patch",
            _ => "Common corruptions",
        };

    private static string Name(string family, string name) =>
        family switch
        {
            UnseenRow.Norm or UnseenRow.Larger => name switch
            {
                "linf" => "L∞",
                "l2" => "L2",
                "l1" => "L1",
                _ => "L0",
            },
            UnseenRow.Patch => "Square",
            _ when name == "jpeg" => "JPEG",
            _ => Capital(name.Replace('-', ' ').Replace("+", " and ", StringComparison.Ordinal)),
        };

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Setting(UnseenRow row) =>
        row.Family switch
        {
            UnseenRow.Norm or UnseenRow.Larger => $"ε\u00A0=\u00A0{row.Setting}",
            UnseenRow.Patch => $"{row.Setting} pixels",
            _ => row.Setting,
        };

    private static string Share(UnseenRow row) =>
        row.LeftOut.Length > 0 ? row.LeftOut
        : row.Family is UnseenRow.Clean or UnseenRow.Corruption ? Figures.Percent(row.Correct / (double)row.N)
        : Figures.PercentUp(row.Correct, row.N);
}
