using System.Diagnostics;
using static TorchSharp.torch;

namespace Temper.Bench;

/// <summary>Measures the machine's matrix product in float32, with the threads libtorch has.</summary>
internal static class MatrixPeak
{
    // The clock of a shared machine rises and falls; the best of many runs is what it can do.
    private const int MostRuns = 16;
    private const double Giga = 1e9;
    private static readonly int[] Sides = [512, 1024, 2048];

    /// <summary>The best of several sizes and runs.</summary>
    /// <param name="runs">The paired runs of each row, which this is measured as carefully as.</param>
    public static PeakRow Measure(int runs) =>
        Sides.Select(side => Best(side, Math.Min(MostRuns, (2 * runs) + 2))).MaxBy(p => p.GigaflopPerSecond)!;

    private static PeakRow Best(int side, int runs)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (a, b) = (rand(side, side), rand(side, side));
        var best = double.PositiveInfinity;
        for (var run = 0; run < runs; run++)
        {
            var clock = Stopwatch.StartNew();
            using var product = a.mm(b);
            best = Math.Min(best, clock.Elapsed.TotalSeconds);
        }
        return new(2.0 * side * side * side / best / Giga, side);
    }
}
