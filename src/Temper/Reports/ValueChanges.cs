using Temper.Evaluation;

namespace Temper.Reports;

/// <summary>An example that has no picture: the values that changed most.</summary>
internal static class ValueChanges
{
    private const int Most = 5;

    public static Html Render(Report report, GalleryItem item)
    {
        var rows = item
            .Clean.Zip(item.Adversarial, (clean, perturbed) => (Clean: (double)clean, Perturbed: (double)perturbed))
            .Select((v, column) => (v.Clean, v.Perturbed, Change: v.Perturbed - v.Clean, Column: column))
            .Where(v => v.Change != 0)
            .OrderByDescending(v => Math.Abs(v.Change))
            .ThenBy(v => v.Column)
            .ToList();
        var cells = rows.Take(Most)
            .Select(v =>
                Html.Of(
                    $"""
                    <tr><th scope="row" class="num">{v.Column}</th><td class="num">{Figures.Small(
                        v.Clean
                    )}</td><td class="num">{Figures.Small(v.Perturbed)}</td><td class="num">{(
                        v.Change > 0 ? "+" : ""
                    )}{Figures.Small(v.Change)}</td></tr>

                    """
                )
            );
        var clean = Figures.Class(report, item.CleanPrediction);
        var becomes =
            item.CleanPrediction == item.AdversarialPrediction
                ? $"{clean} stays"
                : $"{clean} becomes {Figures.Class(report, item.AdversarialPrediction)}";
        return Html.Of(
            $"""
            <table class="compact">
            <caption>{becomes}; {rows.Count} of {item.Clean.Length} values changed</caption>
            <thead><tr><th scope="col" class="num">Column</th><th scope="col" class="num">Clean</th><th scope="col" class="num">Perturbed</th><th scope="col" class="num">Change</th></tr></thead>
            <tbody>
            {cells}</tbody>
            </table>
            """
        );
    }
}
