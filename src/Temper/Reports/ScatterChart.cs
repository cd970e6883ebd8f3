namespace Temper.Reports;

/// <summary>Numbered points of two shares, drawn in percent coordinates so that text keeps its size at any width.</summary>
internal static class ScatterChart
{
    private const int Top = 8;
    private const int Height = 300;

    public static Html Render(
        string id,
        string title,
        string description,
        IReadOnlyList<(double X, double Y, double? Upper)> points
    )
    {
        var across = ShareAxis.Ticks(points.Min(p => p.X));
        var upward = ShareAxis.Ticks(points.Min(p => p.Y));
        double X(double share) => 100 * (share - across[0].Value) / (across[^1].Value - across[0].Value);
        double Y(double share) =>
            Top + (Height * (1 - ((share - upward[0].Value) / (upward[^1].Value - upward[0].Value))));
        var grid = Html.Join([
            .. upward.Select(t =>
                Html.Of(
                    $"""<line class="grid" x1="0" x2="100%" y1="{Y(t.Value):F2}" y2="{Y(t.Value):F2}"/><text class="tick" x="-8" y="{Y(t.Value) + 4:F2}" text-anchor="end">{t.Label}</text>"""
                )
            ),
            .. across.Select(t =>
                Html.Of(
                    $"""<line class="grid" x1="{X(t.Value):F3}%" x2="{X(t.Value):F3}%" y1="{Top}" y2="{Top + Height}"/><text class="tick" x="{X(t.Value):F3}%" y="{Top + Height + 17}" text-anchor="middle">{t.Label}</text>"""
                )
            ),
        ]);
        var marks = Html.Join(
            points.Select(
                (p, i) =>
                    Html.Of(
                        $"""
                        {Limit(X(p.X), Y(p.Y), p.Upper is { } upper ? Y(upper) : null)}<circle class="point" cx="{X(
                            p.X
                        ):F3}%" cy="{Y(p.Y):F2}" r="9"/><text class="inside" x="{X(p.X):F3}%" y="{Y(p.Y)
                            + 4:F2}" text-anchor="middle">{i + 1}</text>

                        """
                    )
            )
        );
        return Html.Of(
            $"""
            <div class="plot"><svg class="chart" role="img" aria-labelledby="{id}-title {id}-text" width="100%" height="{Top
                + Height
                + 24}">
            <title id="{id}-title">{title}</title>
            <desc id="{id}-text">{description}</desc>
            {grid}
            {marks}</svg></div>
            """
        );
    }

    private static Html Limit(double x, double y, double? upper) =>
        upper is { } top
            ? Html.Of(
                $"""<line class="limit" x1="{x:F3}%" x2="{x:F3}%" y1="{y:F2}" y2="{top:F2}"/><rect class="bar" x="{x:F3}%" y="{top - 1:F2}" width="28" height="2" transform="translate(-14 0)"/>"""
            )
            : Html.Empty;
}
