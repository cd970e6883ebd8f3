namespace Temper.Reports;

/// <summary>Horizontal bars from 0 to 100 %, drawn in percent coordinates so that text keeps its size at any width.</summary>
internal static class BarChart
{
    private const int RowHeight = 50;
    private const int BarTop = 23;
    private const int BarHeight = 15;
    private static readonly int[] Ticks = [0, 25, 50, 75, 100];

    public static Html Render(string id, string title, string description, IReadOnlyList<Bar> bars)
    {
        var bottom = bars.Count * RowHeight;
        var rows = Html.Join(bars.Select((bar, i) => Row(bar, i * RowHeight)));
        return Html.Of(
            $"""
            <svg class="chart" role="img" aria-labelledby="{id}-title {id}-text" width="100%" height="{bottom + 20}">
            <title id="{id}-title">{title}</title>
            <desc id="{id}-text">{description}</desc>
            {Grid(bottom)}
            {rows}</svg>
            """
        );
    }

    private static Html Grid(int bottom) =>
        Html.Join(
            Ticks.Select(tick =>
            {
                var anchor = tick switch
                {
                    0 => "start",
                    100 => "end",
                    _ => "middle",
                };
                return Html.Of(
                    $"""<line class="grid" x1="{tick}%" x2="{tick}%" y1="{bottom - 5}" y2="{bottom}"/><text class="tick" x="{tick}%" y="{bottom + 14}" text-anchor="{anchor}">{tick}{(tick == 100 ? "\u00A0%" : "")}</text>"""
                );
            })
        );

    private static Html Row(Bar bar, int top)
    {
        var line = top + 16;
        var y = top + BarTop;
        var mark = bar.Upper is { } upper
            ? Html.Of(
                $"""
                <rect class="upto" x="{bar.Share * 100:F3}%" y="{y}" width="{(upper - bar.Share)
                    * 100:F3}%" height="{BarHeight}"/>
                <line class="mark" x1="{upper * 100:F3}%" x2="{upper * 100:F3}%" y1="{y - 4}" y2="{y + BarHeight + 4}"/>
                """
            )
            : Html.Empty;
        return Html.Of(
            $"""
            <text class="name" x="0" y="{line}">{bar.Name}</text>
            <text class="value" x="100%" y="{line}" text-anchor="end"><tspan class="strong">{bar.Value}</tspan><tspan dx="8">{bar.Counts}</tspan></text>
            <rect class="track" x="0" y="{y}" width="100%" height="{BarHeight}"/>
            <rect class="{bar.Style}" x="0" y="{y}" width="{bar.Share * 100:F3}%" height="{BarHeight}"/>
            {mark}

            """
        );
    }
}
