using Spectre.Console;
using Temper.Bench;

namespace Temper.Cli;

/// <summary>Shows measurements: what will be done, each row as it comes, and all of them at the end.</summary>
internal sealed class BenchView(Session session)
{
    private const double Milli = 1e3;
    private const double Micro = 1e6;

    // Paired runs on a quiet machine stay within a quarter of each other.
    private const double Unsteady = 1.5;

    /// <summary>Says what will be measured.</summary>
    public void Announce(BenchRequest request, IReadOnlyList<BenchCase> cases)
    {
        var networks = cases.GroupBy(c => c.Network.Id).Select(g => $"{g.Key} ({Methods(g)})");
        session.Line($"{cases.Count} rows: {string.Join("; ", networks)}.");
        session.Line(
            $"{request.Runs} paired runs of each, {request.Threads} threads{(request.Growth ? ", then growth" : "")}. Nothing else should run on this machine meanwhile."
        );
    }

    /// <summary>Shows one row.</summary>
    public void Row(BenchRow row) =>
        session.Line(
            $"{row.Network}, {row.Method}, batch {row.Batch}: {Milli * row.TemperSeconds:F1} ms, bare {Milli * row.BareSeconds:F1} ms, ratio {Ratio(row)}"
        );

    /// <summary>Shows all.</summary>
    public void Show(BenchFile file, string? path)
    {
        session.Console.Write(Rows(file));
        session.Line(
            $"Ratio: the same passes done bare / Temper, above 1 Temper is faster. Peak: {file.Peak.GigaflopPerSecond:F1} GFLOP/s, this machine's matrix product at {file.Peak.Size}."
        );
        foreach (var row in file.Rows.Where(r => r.Why is not null))
        {
            session.Line($"{row.Network}, {row.Method}, batch {row.Batch}, at {row.PeakShare:P0} of peak: {row.Why}");
        }
        foreach (var row in file.Rows.Where(r => r.RatioHigh > Unsteady * r.RatioLow))
        {
            session.Line(
                $"{row.Network}, {row.Method}, batch {row.Batch}: its ratios lie far apart; something else ran on this machine meanwhile, measure again."
            );
        }
        if (file.Growth is { } growth)
        {
            session.Console.Write(Grown(growth));
            session.Line("Exponent: slope on logarithmic axes over the larger half; 1 is linear.");
        }
        if (file.Comparison is { } comparison)
        {
            foreach (var warning in comparison.Warnings)
            {
                session.Line($"Warning: {warning}");
            }
            session.Console.Write(Compared(comparison));
        }
        if (path is not null)
        {
            session.Line($"Measurements: {Path.GetFullPath(path)}");
        }
    }

    private static string Methods(IEnumerable<BenchCase> rows) =>
        string.Join(
            ", ",
            rows.GroupBy(r => r.Method.Id).Select(g => $"{g.Key} at {string.Join(" and ", g.Select(r => r.Batch))}")
        );

    private static string Ratio(BenchRow row) => $"{row.Ratio:F2} ({row.RatioLow:F2}–{row.RatioHigh:F2})";

    private static Table New(string first, params string[] others)
    {
        // Narrow enough for a terminal of 80 columns.
        var table = new Table().Border(TableBorder.Simple).AddColumn(first, c => c.PadLeft(0).PadRight(1).NoWrap());
        foreach (var other in others)
        {
            table.AddColumn(other, c => c.PadLeft(0).PadRight(1).RightAligned().NoWrap());
        }
        return table;
    }

    private static Table Rows(BenchFile file)
    {
        var table = New("", "batch", "ms", "bare ms", "ratio (min–max)", "GFLOP/s", "peak", "MB");
        foreach (var network in file.Rows.GroupBy(r => r.Network))
        {
            table.AddRow(Markup.Escape(network.Key));
            foreach (var row in network)
            {
                table.AddRow(
                    Method(row.Method, row.Steps),
                    $"{row.Batch}",
                    $"{Milli * row.TemperSeconds:F1}",
                    $"{Milli * row.BareSeconds:F1}",
                    Ratio(row),
                    $"{row.GigaflopPerSecond:F1}",
                    $"{row.PeakShare:P0}",
                    row.ResidentMegabytes is { } mb ? $"{mb:F0}" : "–"
                );
            }
        }
        return table;
    }

    private static string Method(string method, int steps) =>
        Markup.Escape(steps > 1 ? $"  {method}-{steps}" : $"  {method}");

    private static Table Grown(IReadOnlyList<GrowthSeries> growth)
    {
        var table = New("growth", "over", "from–to", "µs per pass", "exponent");
        foreach (var series in growth)
        {
            table.AddRow(
                Markup.Escape(series.Network),
                series.Over,
                $"{series.Points[0].Value}–{series.Points[^1].Value}",
                $"{Micro * series.SecondsPerPass:F1}",
                $"{series.Exponent:F2}"
            );
        }
        return table;
    }

    private static Table Compared(BenchComparison comparison)
    {
        var table = New(Markup.Escape($"against {Path.GetFileName(comparison.Path)}"), "batch", "before", "now", "");
        foreach (var network in comparison.Rows.GroupBy(r => r.Network))
        {
            table.AddRow(Markup.Escape(network.Key));
            foreach (var row in network)
            {
                table.AddRow(
                    Method(row.Method, row.Steps),
                    $"{row.Batch}",
                    row.Before is { } before ? $"{before:F2}" : "–",
                    $"{row.Now:F2}",
                    row.Fell ? "fell" : ""
                );
            }
        }
        return table;
    }
}
