using System.Diagnostics;
using static TorchSharp.torch;

namespace Temper.Bench;

/// <summary>Measures the machine's matrix product in float32, with the threads libtorch has.</summary>
internal static class MatrixPeak
{
    // The clock of a shared machine rises and falls; the best of many runs is what it can do.
    private const int Runs = 16;
    private const double Giga = 1e9;
    private static readonly int[] Sides = [512, 1024, 2048];

    /// <summary>The best of several sizes and runs.</summary>
    public static PeakRow Measure() => Sides.Select(Measure).MaxBy(p => p.GigaflopPerSecond)!;

    private static PeakRow Measure(int side)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (a, b) = (rand(side, side), rand(side, side));
        var best = double.PositiveInfinity;
        for (var run = 0; run < Runs; run++)
        {
            var clock = Stopwatch.StartNew();
            using var product = a.mm(b);
            best = Math.Min(best, clock.Elapsed.TotalSeconds);
        }
        return new(2.0 * side * side * side / best / Giga, side);
    }
}
