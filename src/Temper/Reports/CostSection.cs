namespace Temper.Reports;

/// <summary>Passes and time of training and evaluation.</summary>
internal static class CostSection
{
    private static readonly string[] Columns = ["Forwards", "Backwards or gradients", "Time"];

    public static Html Render(Report report)
    {
        var evidence = report.Evidence;
        var rows = new List<Html>();
        var multiple = Html.Empty;
        if (evidence.Manifest.Training is { } training)
        {
            var standard = training.StandardPasses;
            rows.Add(Row("Training", training.Forwards, training.Backwards, Figures.Duration(training.Seconds)));
            rows.Add(Row("The same epochs of standard training", standard.Forwards, standard.Backwards, "–"));
            var passes = standard.Forwards + standard.Backwards;
            multiple = Html.When(
                passes > 0,
                () =>
                    Html.Of(
                        $"""<p class="note">Training took {(training.Forwards + training.Backwards) / (double)passes:F1} times the passes of standard training over the same epochs.</p>"""
                    )
            );
        }
        var seconds = evidence.Manifest.CleanSeconds + evidence.Manifest.Attacks.Sum(a => a.Seconds);
        rows.Add(Row("Evaluation", evidence.Forwards, evidence.Gradients, Figures.Duration(seconds)));
        var columns = Columns.Select(c => Html.Of($"""<th scope="col" class="num">{c}</th>"""));
        return Html.Of(
            $"""
            <section aria-labelledby="cost">
            <h2 id="cost">Cost</h2>
            <div>
            <table class="stack">
            <caption>Passes through the network, counted in examples.</caption>
            <thead><tr><th scope="col">Work</th>{columns}</tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            {multiple}
            </div>
            </section>

            """
        );
    }

    private static Html Row(string name, long forwards, long gradients, string time)
    {
        string[] values = [Figures.Count(forwards), Figures.Count(gradients), time];
        var cells = Columns.Zip(values, (c, v) => Html.Of($"""<td class="num" data-label="{c}">{v}</td>"""));
        return Html.Of(
            $"""
            <tr><th scope="row">{name}</th>{cells}</tr>

            """
        );
    }
}
