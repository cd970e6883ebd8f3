using Temper.Evaluation.Transferring;

namespace Temper.Reports;

/// <summary>What points crafted on one network do to another.</summary>
internal static class TransferSection
{
    public static Html Render(Report report)
    {
        if (report.Transfer is not { } matrix)
        {
            return LeftOut.Transfer(report) is { } why
                ? Html.Of(
                    $"""
                    <section aria-labelledby="transfer">
                    <h2 id="transfer">Transfer between networks</h2>
                    <p>{why}</p>
                    </section>

                    """
                )
                : Html.Empty;
        }
        var columns = matrix.Models.Select((_, i) => Html.Of($"""<th scope="col" class="num">{Name(i)}</th>"""));
        var rows = matrix
            .Cells.GroupBy(c => c.From)
            .Select(row =>
                Html.Of(
                    $"""
                    <tr><th scope="row">{Name(row.Key)}</th>{row.OrderBy(c => c.To).Select(c =>
                        Html.Of($"""<td class="num">{Share(c)}</td>""")
                    )}</tr>

                    """
                )
            );
        var names = matrix
            .Models.Skip(1)
            .Select(
                (m, i) => Html.Of($"""<li>{Name(i + 1)}: {m.Path} <code class="hash">{m.Sha256[..16]}</code></li>""")
            );
        return Html.Of(
            $"""
            <section aria-labelledby="transfer">
            <h2 id="transfer">Transfer between networks</h2>
            <div>
            <table class="compact">
            <caption>Share of the {report.Things} that both networks get right which the network of the column gets wrong at points crafted on that of the row, by {matrix.Steps} steps of PGD for {Figures.Count(
                matrix.Examples
            )} {report.Things}</caption>
            <thead><tr><th scope="col">Crafted on</th>{columns}</tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            <ul class="below">{names}</ul>
            <p class="note">Points of another network that break this model where its own gradients do not show that these mislead. Points that break nothing show little: the networks may be too different.</p>
            </div>
            </section>

            """
        );
    }

    private static string Name(int place) => place == 0 ? "This model" : $"Surrogate {Figures.Count(place)}";

    private static string Share(TransferCell cell) =>
        cell.N == 0 ? "–" : $"{Figures.Percent(cell.Broken / (double)cell.N)}";
}
