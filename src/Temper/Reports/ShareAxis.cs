namespace Temper.Reports;

/// <summary>Ticks of an axis of shares: from the highest of four floors that shows every point, up to 100 %.</summary>
internal static class ShareAxis
{
    private static readonly int[] Floors = [90, 80, 60, 0];

    public static List<(double Value, string Label)> Ticks(double least)
    {
        var floor = Floors.First(f => least * 100 >= f || f == 0);
        var step = (100 - floor) / 4.0;
        return
        [
            .. Enumerable
                .Range(0, 5)
                .Select(i =>
                    ((floor + (i * step)) / 100, Figures.Number(floor + (i * step), "0.#") + (i == 4 ? "\u00A0%" : ""))
                ),
        ];
    }
}
