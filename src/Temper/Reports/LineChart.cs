namespace Temper.Reports;

/// <summary>Lines over epochs or budgets; only the lines are stretched to the page's width, text and dots keep their size.</summary>
internal static class LineChart
{
    private const int Top = 6;
    private const int Height = 170;
    private const int MostDots = 40;

    public static Html Render(
        string id,
        string title,
        string description,
        IReadOnlyList<Series> series,
        Axis axis,
        IReadOnlyList<(double Value, string Label)> ticks
    )
    {
        var low = ticks[0].Value;
        var high = ticks[^1].Value;
        double X(double place) => axis.Percent(place);
        double Y(double value) => 100 * (1 - ((Math.Clamp(value, low, high) - low) / (high - low)));
        double Pixel(double value) => Top + (Height * Y(value) / 100);

        var grid = Html.Join(
            ticks.Select(t =>
                Html.Of(
                    $"""<line class="grid" x1="0" x2="100%" y1="{Pixel(t.Value):F2}" y2="{Pixel(t.Value):F2}"/><text class="tick" x="-8" y="{Pixel(t.Value) + 4:F2}" text-anchor="end">{t.Label}</text>"""
                )
            )
        );
        var labels = Html.Join(
            axis.Ticks.Select(t =>
                Html.Of(
                    $"""<text class="tick" x="{X(t.Place):F3}%" y="{Top + Height + 17}" text-anchor="middle">{t.Label}</text>"""
                )
            )
        );
        var bands = Html.Join(
            series
                .Where(s => s.Upper is not null)
                .Select(s =>
                    Html.Of(
                        $"""<polygon class="band {s.Style}" points="{Points(Band(s).Select(p => (X(p.X), Y(p.Y))))}"/>"""
                    )
                )
        );
        var mark =
            axis.Marked is { } m && m >= axis.First && m <= axis.Last
                ? Html.Of($"""<line class="kept" x1="{X(m):F3}%" x2="{X(m):F3}%" y1="{Top}" y2="{Top + Height}"/>""")
                : Html.Empty;
        var lines = Html.Join(
            series.Select(s =>
                Html.Of(
                    $"""<polyline class="line {s.Style}" points="{Points(s.Points.Select(p => (X(p.X), Y(p.Y))))}"/>"""
                )
            )
        );
        var dots = Html.Join(
            series
                .Where(s => s.Points.Count <= MostDots)
                .SelectMany(s =>
                    s.Points.Select(p =>
                        Html.Of($"""<circle class="dot {s.Style}" cx="{X(p.X):F3}%" cy="{Pixel(p.Y):F2}" r="2.5"/>""")
                    )
                )
        );
        var legend = Html.Join(
            series.Select(s =>
                Html.Of(
                    $"""<li><svg class="key" aria-hidden="true" width="26" height="10"><line class="line {s.Style}" x1="0" x2="26" y1="5" y2="5"/></svg>{s.Name} <b>{s.Last}</b></li>"""
                )
            )
        );
        return Html.Of(
            $"""
            <figure>
            <figcaption>{title}</figcaption>
            <ul class="legend">{legend}</ul>
            <div class="plot"><svg class="chart" role="img" aria-labelledby="{id}-title {id}-text" width="100%" height="{Top
                + Height
                + 24}">
            <title id="{id}-title">{title}</title>
            <desc id="{id}-text">{description}</desc>
            {grid}{labels}{mark}
            <svg x="0" y="{Top}" width="100%" height="{Height}" viewBox="0 0 100 100" preserveAspectRatio="none">{bands}{lines}</svg>
            {dots}</svg></div>
            </figure>

            """
        );
    }

    /// <summary>Along the line, or its lower limits, and back along its upper limits.</summary>
    private static IEnumerable<(double X, double Y)> Band(Series series) =>
        (series.Lower is { } lower ? series.Points.Zip(lower, (p, low) => (p.X, low)) : series.Points).Concat(
            series.Points.Zip(series.Upper!, (p, upper) => (p.X, upper)).Reverse()
        );

    private static string Points(IEnumerable<(double X, double Y)> points) =>
        string.Join(' ', points.Select(p => FormattableString.Invariant($"{p.X:F3},{p.Y:F3}")));
}
