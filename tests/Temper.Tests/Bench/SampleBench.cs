using Temper.Bench;
using Temper.Bench.Multiples;

namespace Temper.Tests.Bench;

/// <summary>Measurements made up, with everything that is written only where it applies.</summary>
internal static class SampleBench
{
    public static MultipleRow Multiple { get; } =
        new()
        {
            Method = "fast",
            Steps = 2,
            Forwards = 2,
            InputGradients = 1,
            WeightGradients = 1,
            Passes = 2,
            Counted = 1.6,
            Measured = 1.7,
            Low = 1.6,
            High = 1.8,
            Deviation = 0.06,
            Milliseconds = 100,
        };

    public static BenchRow Row(double ratio, string method = "pgd-attack", double peakShare = 0.2) =>
        new()
        {
            Network = "mnist-net",
            Method = method,
            Batch = 100,
            Steps = 40,
            Repeats = 1,
            BareSeconds = 0.2,
            TemperSeconds = 0.2 / ratio,
            Ratio = ratio,
            RatioLow = ratio - 0.1,
            RatioHigh = ratio + 0.1,
            Forwards = 42,
            InputGradients = 40,
            WeightGradients = 0,
            Gigaflop = 10,
            GigaflopPerSecond = 20,
            PeakShare = peakShare,
            ResidentMegabytes = 50,
            Why = "It is made up.",
        };

    public static LayerRow Layer(string name, string op, double seconds, double? peak, params long[] weights) =>
        new("mnist-net", 100, name, op, seconds / 2, seconds / 2, 1, peak, weights.Length > 0 ? weights : null);

    public static BenchFile File(params BenchRow[] rows) =>
        new()
        {
            Started = new(2026, 11, 25, 0, 0, 0, TimeSpan.Zero),
            Threads = 2,
            Runs = 7,
            Environment = new("os", "a processor", 2, "runtime", "1", "2", "3", "commit"),
            Peak = new(100, 1024),
            Rows = rows,
            Layers = [Layer("0", "Conv", 1, 0.1, 16, 1, 4, 4)],
            Growth = [GrowthSeries.Fit("mnist-net", "batch", [new(32, 320, 0.1), new(64, 640, 0.2)])],
        };
}
