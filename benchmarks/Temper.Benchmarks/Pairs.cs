using System.Diagnostics;

namespace Temper.Benchmarks;

/// <summary>Times two ways of doing the same in turn, so that a drift of the machine hits both.</summary>
internal static class Pairs
{
    public static void Print(string what, int runs, Action bare, Action temper)
    {
        bare();
        temper();
        var a = new double[runs];
        var b = new double[runs];
        for (var i = 0; i < runs; i++)
        {
            a[i] = Seconds(bare);
            b[i] = Seconds(temper);
        }
        var ratios = a.Zip(b, (x, y) => y / x).Order().ToArray();
        Console.WriteLine(
            $"{what}: bare {Median(a):F4} s, temper {Median(b):F4} s, ratio median {ratios[runs / 2]:F3} (min {ratios[0]:F3}, max {ratios[^1]:F3})"
        );
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    private static double Seconds(Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed.TotalSeconds;
    }
}
