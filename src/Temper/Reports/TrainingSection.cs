using Temper.Runs;

namespace Temper.Reports;

/// <summary>Training curves, when the folder holds metrics.</summary>
internal static class TrainingSection
{
    private static readonly double[] Rounds = [1, 2, 2.5, 5, 10];

    public static Html Render(Report report)
    {
        var epochs = report.Epochs;
        if (epochs.Count == 0)
        {
            return Html.Empty;
        }
        var training = report.Evidence.Manifest.Training;
        var accuracy = Present(
            Line("Validation, clean", "s-clean", epochs, e => e.ValidationClean, Figures.Percent),
            Line("Validation, attacked", "s-worst", epochs, e => e.ValidationRobust, Figures.Percent),
            Line("Training batches", "s-train", epochs, e => e.TrainAccuracy, Figures.Percent)
        );
        var loss = Present(Line("Training loss", "s-worst", epochs, e => e.Loss, v => Figures.Number(v, "F4")));
        var kept = training?.BestEpoch;
        var axis = Axis.Epochs(epochs[0].Epoch, epochs[^1].Epoch, kept);
        var charts = Html.Join([
            Html.When(
                accuracy.Count > 0,
                () =>
                    LineChart.Render(
                        "accuracy",
                        "Accuracy by epoch",
                        Describe(accuracy),
                        accuracy,
                        axis,
                        ShareAxis.Ticks(accuracy.Min(s => s.Points.Min(p => p.Y)))
                    )
            ),
            Html.When(
                loss.Count > 0,
                () => LineChart.Render("loss", "Loss by epoch", Describe(loss), loss, axis, LossTicks(loss))
            ),
        ]);
        return Html.Of(
            $"""
            <section aria-labelledby="training">
            <h2 id="training">Training</h2>
            <div>
            <div class="columns">
            {charts}</div>
            <p class="note">{Kept(kept)}The legends give the last epoch. {Gap(training)}{Apart(report)}</p>
            {Weaknesses(training)}{Events(training)}
            </div>
            </section>

            """
        );
    }

    private static string Kept(int? epoch) =>
        epoch is { } e ? $"The upright line marks epoch {e}, whose weights were kept. " : "";

    /// <summary>Best and last epoch beside each other, on validation examples.</summary>
    private static string Gap(ManifestTraining? training) =>
        training is { Best: { } best, Last: { } last } && best.Robust >= last.Robust
            ? $"Of {Figures.Count(best.Examples)} validation examples {Figures.Count(best.Robust)} were right under attack after epoch {best.Epoch}, {Figures.Count(last.Robust)} after the last, {last.Epoch}: {Figures.Number(100 * ((best.Robust / (double)best.Examples) - (last.Robust / (double)last.Examples)), "0.0")} points less. "
            : "";

    private static Html Weaknesses(ManifestTraining? training) =>
        training?.Weaknesses is { Count: > 0 } weaknesses
            ? Html.Of(
                $"<h3>Weak settings</h3><ul>{weaknesses.Select(w => Html.Of($"<li>{w.Text} (<code>{w.Id}</code>{(w.Refused ? ", trained all the same" : "")}). <code>{w.Path}</code>: {w.Cure}.</li>"))}</ul>"
            )
            : Html.Empty;

    private static string Apart(Report report) =>
        report.Evidence.Manifest.Data.Split == "train"
            ? "The evaluated examples come from the training split."
            : "Validation examples come from the training split; the evaluated split played no part in training or in choosing the epoch.";

    private static Html Events(ManifestTraining? training) =>
        training is { Events.Count: > 0 }
            ? Html.Of($"<h3>On the way</h3><ul>{training.Events.Select(e => Html.Of($"<li>{e}</li>"))}</ul>")
            : Html.Empty;

    private static string Describe(IReadOnlyList<Series> series) =>
        "Last values: " + string.Join("; ", series.Select(s => $"{s.Name} {s.Last}")) + ".";

    private static List<Series> Present(params Series?[] series) => [.. series.OfType<Series>()];

    private static Series? Line(
        string name,
        string style,
        IReadOnlyList<EpochMetrics> epochs,
        Func<EpochMetrics, double?> value,
        Func<double, string> format
    )
    {
        var points = epochs.Where(e => value(e) is not null).Select(e => ((double)e.Epoch, value(e)!.Value)).ToList();
        return points.Count == 0 ? null : new Series(name, style, points, format(points[^1].Item2));
    }

    /// <summary>From 0 in four round steps to above every point.</summary>
    private static List<(double Value, string Label)> LossTicks(IReadOnlyList<Series> series)
    {
        var most = Math.Max(series.Max(s => s.Points.Max(p => p.Y)), 1e-6);
        var unit = Math.Pow(10, Math.Floor(Math.Log10(most / 4)));
        var step = Rounds.First(f => f * unit * 4 >= most) * unit;
        return [.. Enumerable.Range(0, 5).Select(i => (i * step, Figures.Number(i * step, "0.#######")))];
    }
}
