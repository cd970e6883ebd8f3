using Temper.Runs;

namespace Temper.Reports;

/// <summary>Passes and time of training and evaluation, against standard training.</summary>
internal static class CostSection
{
    private static readonly string[] Columns = ["Forwards", "Backwards or gradients", "Time"];

    public static Html Render(Report report)
    {
        var evidence = report.Evidence;
        var manifest = evidence.Manifest;
        var rows = new List<Html>();
        var multiple = Html.Empty;
        if (manifest.Training is { } training)
        {
            rows.Add(Row("Training", training.Forwards, training.Backwards, Figures.Duration(training.Seconds)));
            if (report.Twin?.Evidence.Manifest.Training is { } twin)
            {
                rows.Add(
                    Row(
                        "Standard training, measured on the twin",
                        twin.Forwards,
                        twin.Backwards,
                        Figures.Duration(twin.Seconds)
                    )
                );
                multiple = Multiple(training, new(twin.Forwards, twin.Backwards), twin.Seconds);
            }
            else
            {
                var standard = training.StandardPasses;
                rows.Add(Row("The same epochs of standard training", standard.Forwards, standard.Backwards, "–"));
                multiple = Multiple(training, standard, null);
            }
        }
        var seconds =
            manifest.CleanSeconds
            + manifest.Attacks.Sum(a => a.Seconds)
            + (manifest.Probes?.Attacks.Sum(a => a.Seconds) ?? 0);
        rows.Add(Row("Evaluation", evidence.Forwards, evidence.Gradients, Figures.Duration(seconds)));
        if (evidence.Attacks.Any(a => a.Surrogate is not null))
        {
            var surrogates = evidence.Attacks.Select(a => a.Surrogate).OfType<ManifestPasses>().ToList();
            var (forwards, gradients) = (surrogates.Sum(p => p.Forwards), surrogates.Sum(p => p.Backwards));
            rows.Add(Row("Evaluation, through surrogates", forwards, gradients, "in the evaluation"));
        }
        if (report.Curve.Count > 0)
        {
            rows.Add(
                Row(
                    "Accuracy against ε",
                    report.Curve.Sum(r => r.Forwards),
                    report.Curve.Sum(r => r.Gradients),
                    Figures.Duration(manifest.Curve?.Seconds ?? 0)
                )
            );
        }
        if (report.Unseen.Count > 0)
        {
            rows.Add(
                Row(
                    "Unseen threats",
                    report.Unseen.Sum(r => r.Forwards),
                    report.Unseen.Sum(r => r.Gradients),
                    Figures.Duration(manifest.Unseen?.Seconds ?? 0)
                )
            );
        }
        var columns = Columns.Select(c => Html.Of($"""<th scope="col" class="num">{c}</th>"""));
        return Html.Of(
            $"""
            <section aria-labelledby="cost">
            <h2 id="cost">Cost</h2>
            <div>
            <table class="stack">
            <caption>Passes through the network, counted in examples.{Html.When(manifest.Training is not null, () => Html.Of($" Times of training hold the validation after each epoch."))}</caption>
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

    private static Html Multiple(ManifestTraining training, ManifestPasses standard, double? seconds)
    {
        var passes = standard.Forwards + standard.Backwards;
        if (passes <= 0)
        {
            return Html.Empty;
        }
        var times = Figures.Number((training.Forwards + training.Backwards) / (double)passes, "F1");
        return seconds is > 0 and { } measured
            ? Html.Of(
                $"""<p class="note">Training took {times} times the passes and {training.Seconds / measured:F1} times the time of standard training, which the twin measured in this run.</p>"""
            )
            : Html.Of(
                $"""<p class="note">Training took {times} times the passes of standard training over the same epochs.</p>"""
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
