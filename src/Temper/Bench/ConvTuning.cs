using System.Diagnostics;
using System.Globalization;
using System.Text;
using Temper.Models.Passes;
using Temper.Runs;
using static TorchSharp.torch;

namespace Temper.Bench;

/// <summary>Measures every way to the input gradient of the convolutions of some networks, and writes the table of the fastest.</summary>
internal static class ConvTuning
{
    private const int Runs = 9;
    private const int LargestBatch = 128;

    // A way must beat the general one by so much to be taken: less would be decided by noise.
    private const double Gain = 0.97;

    // Operations of one measured call at most: some milliseconds.
    private const double Work = 2e9;

    /// <summary>Measures the shapes of networks.</summary>
    /// <param name="networks">The networks.</param>
    /// <param name="environment">Where it is measured.</param>
    /// <param name="threads">The threads of the numeric library.</param>
    /// <param name="report">Told each line of the table.</param>
    /// <param name="cancellation">Observed between shapes.</param>
    /// <returns>The table's text, as <see cref="ConvTable.Parse"/> reads it.</returns>
    public static string Table(
        IEnumerable<BenchNetwork> networks,
        ManifestEnvironment environment,
        int threads,
        Action<string> report,
        CancellationToken cancellation
    )
    {
        var shapes = networks
            .SelectMany(n => ConvTable.ShapesOf(n.Make().Describe(n.Input, BenchNetwork.Classes)))
            .Distinct()
            .OrderBy(s => s.Text, StringComparer.Ordinal);
        var all = Enum.GetValues<ConvAlgorithm>();
        var text = new StringBuilder()
            .Append("# The input gradient of convolutions, channels last: microseconds per image, median of ")
            .Append(Runs)
            .Append(" runs in turn.\n")
            .Append(
                $"# {environment.Cpu}, {threads} threads, libtorch {environment.Libtorch}. Made by: temper bench --tune\n"
            )
            .Append($"shape,algorithm,batch,{string.Join(',', all.Select(ConvTable.NameOf))}\n");
        foreach (var shape in shapes)
        {
            cancellation.ThrowIfCancellationRequested();
            var (batch, times) = Measure(shape, all);
            var fastest = times.MinBy(t => t.Value).Key;
            var chosen = times[fastest] < Gain * times[ConvAlgorithm.Transposed] ? fastest : ConvAlgorithm.Transposed;
            var figures = all.Select(a =>
                times.TryGetValue(a, out var t) ? t.ToString("F2", CultureInfo.InvariantCulture) : ""
            );
            var line = $"{shape.Text},{ConvTable.NameOf(chosen)},{batch},{string.Join(',', figures)}";
            report(line);
            text.Append(line).Append('\n');
        }
        return text.ToString();
    }

    private static (int Batch, Dictionary<ConvAlgorithm, double> Micros) Measure(ConvShape shape, ConvAlgorithm[] all)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var work = 2.0 * shape.OutHeight * shape.OutWidth * shape.Out * shape.In;
        work *= shape.Window.KernelHeight * shape.Window.KernelWidth;
        var batch = (int)Math.Clamp(Work / work, 1, LargestBatch);
        var weight = randn(shape.Out, shape.In, shape.Window.KernelHeight, shape.Window.KernelWidth);
        var gradient = Layout.ChannelsLast(randn(batch, shape.Out, shape.OutHeight, shape.OutWidth));
        ConvAlgorithm[] fitting = [.. all.Where(shape.Fits)];
        var ways = fitting.Select(a => ConvBackward.Create(a, shape, weight, channelsLast: true)).ToArray();
        var seconds = fitting.Select(_ => new double[Runs]).ToArray();
        // In turn, so that a drift of the machine hits all; the first round is not counted.
        for (var run = -1; run < Runs; run++)
        {
            for (var way = 0; way < ways.Length; way++)
            {
                var clock = Stopwatch.StartNew();
                ways[way].Of(gradient).Dispose();
                if (run >= 0)
                {
                    seconds[way][run] = clock.Elapsed.TotalSeconds;
                }
            }
        }
        foreach (var way in ways)
        {
            way.Dispose();
        }
        return (batch, fitting.Zip(seconds).ToDictionary(p => p.First, p => Medians.Of(p.Second) * 1e6 / batch));
    }
}
