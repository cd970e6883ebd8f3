using System.Diagnostics;
using Temper.Attacks;
using Temper.Numerics;

namespace Temper.Bench;

/// <summary>Measures how the time of an attack grows with the batch, the steps and the examples.</summary>
internal static class Growth
{
    private const int MostRuns = 3;
    private const int FewSteps = 5;
    private static readonly int[] Batches = [32, 64, 128, 256, 512];
    private static readonly int[] Steps = [1, 2, 5, 10, 20, 40];
    private static readonly int[] BlockCounts = [1, 2, 4, 8];

    /// <summary>Measures a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="runs">The runs of each point; no more than three are made.</param>
    /// <param name="cancellation">Observed between runs.</param>
    public static IEnumerable<GrowthSeries> Measure(BenchNetwork network, int runs, CancellationToken cancellation)
    {
        var batch = network.AttackBatches[0];
        yield return Series("batch", Batches.Where(b => b <= network.LargestBatch), b => Unit(b, FewSteps));
        yield return Series("steps", Steps, s => Unit(batch, s));
        yield return Series("examples", BlockCounts.Select(n => n * batch), n => InBlocks(n));

        GrowthSeries Series(string over, IEnumerable<int> values, Func<int, (long, double)> measure) =>
            GrowthSeries.Fit(
                network.Id,
                over,
                [
                    .. values.Select(value =>
                    {
                        var (passes, seconds) = measure(value);
                        return new GrowthPoint(value, passes, seconds);
                    }),
                ]
            );

        (long, double) Unit(int size, int count)
        {
            using var unit = new AttackUnit(network, size, count);
            return ((long)size * count, Median(() => unit.Temper().Seconds));
        }

        (long, double) InBlocks(int examples)
        {
            using var module = network.Build();
            using var model = new Models.ModuleClassifier(module, network.Input, BenchNetwork.Classes);
            var set = BenchExamples.Held(model, examples, batch);
            int[] all = [.. Enumerable.Range(0, examples)];
            var attack = AttackUnit.Attack(FewSteps);
            return (
                (long)examples * FewSteps,
                Median(() =>
                {
                    var clock = Stopwatch.StartNew();
                    var blocks = Blocks.Run(
                        attack,
                        0,
                        model,
                        set,
                        all,
                        AttackUnit.Tiny,
                        new Rng(0),
                        batch,
                        cancellation
                    );
                    foreach (var (_, result) in blocks)
                    {
                        result.Dispose();
                    }
                    return clock.Elapsed.TotalSeconds;
                })
            );
        }

        double Median(Func<double> once)
        {
            cancellation.ThrowIfCancellationRequested();
            once();
            var seconds = new double[Math.Min(runs, MostRuns)];
            for (var run = 0; run < seconds.Length; run++)
            {
                cancellation.ThrowIfCancellationRequested();
                seconds[run] = once();
            }
            return Medians.Of(seconds);
        }
    }
}
