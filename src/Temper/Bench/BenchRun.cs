using Temper.Errors;
using Temper.Runs;
using static TorchSharp.torch;

namespace Temper.Bench;

/// <summary>Measures row after row; what is done is kept.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="environment">Where it is measured.</param>
/// <param name="started">When.</param>
internal sealed class BenchRun(BenchRequest request, ManifestEnvironment environment, DateTimeOffset started)
{
    private const double Giga = 1e9;
    private readonly BenchFile? _before = request.Against is { } path ? BenchFile.Read(path) : null;
    private readonly long? _loaded = ResidentMemory.Now();

    /// <summary>Gets the rows that will be measured.</summary>
    public IReadOnlyList<BenchCase> Cases { get; init; } = request.Cases();

    /// <summary>Measures. Libtorch must be loaded.</summary>
    /// <param name="done">Told of each row.</param>
    /// <param name="cancellation">Observed between runs; the row it falls into is dropped, the others are returned.</param>
    /// <exception cref="RunFailedException">A side did not make the passes it should, or the file cannot be written.</exception>
    public BenchFile Run(Action<BenchRow>? done, CancellationToken cancellation)
    {
        var file = new BenchFile
        {
            Started = started.ToUniversalTime(),
            Threads = request.Threads,
            Runs = request.Runs,
            Environment = environment,
            Peak = MatrixPeak.Measure(request.Runs),
        };
        // At once, so that a folder that refuses it is known before anything is measured.
        file = Kept(file);
        try
        {
            foreach (var row in Cases)
            {
                cancellation.ThrowIfCancellationRequested();
                file = Kept(Measured(row, file, cancellation));
                done?.Invoke(file.Rows[^1]);
            }
            foreach (var network in Cases.Select(c => c.Network).Distinct().Where(_ => request.Growth))
            {
                foreach (var series in Growth.Measure(network, request.Runs, cancellation))
                {
                    file = Kept(file with { Growth = [.. file.Growth ?? [], series] });
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The rows done are the result.
        }
        return file;
    }

    private BenchFile Kept(BenchFile file)
    {
        if (_before is not null)
        {
            file = file with { Comparison = BenchComparison.Of(request.Against!, _before, file) };
        }
        if (request.Out is { } path)
        {
            file.Write(path);
        }
        return file;
    }

    private BenchFile Measured(BenchCase row, BenchFile file, CancellationToken cancellation)
    {
        BenchUnit? unit = null;
        try
        {
            UnitTime first = default;
            var resident = ResidentMemory.PeakAbove(
                _loaded,
                () =>
                {
                    unit = BenchUnit.Of(row);
                    first = unit.Temper();
                }
            );
            Check(row, "Temper", first);
            Check(row, "the bare loop", unit!.Bare());
            var (bare, temper) = (new double[request.Runs], new double[request.Runs]);
            // The first pair after the freed memory was handed back still fetches pages, and is a tenth slower: it is dropped.
            for (var run = -1; run < request.Runs; run++)
            {
                cancellation.ThrowIfCancellationRequested();
                var (plain, ours) = (unit.Bare().Seconds, unit.Temper().Seconds);
                if (run >= 0)
                {
                    (bare[run], temper[run]) = (plain / row.Repeats, ours / row.Repeats);
                }
            }
            var layers = file.Layers.Where(l => (l.Network, l.Batch) == (row.Network.Id, row.Batch)).ToList();
            if (layers.Count == 0)
            {
                layers = [.. Layers(row, unit, file.Peak)];
                file = file with { Layers = [.. file.Layers, .. layers] };
            }
            var measured = Row(row, bare, temper, file.Peak) with { ResidentMegabytes = resident };
            measured = measured with { Why = RooflineSentence.Of(measured, layers) };
            return file with { Rows = [.. file.Rows, measured] };
        }
        finally
        {
            unit?.Dispose();
        }
    }

    private static BenchRow Row(BenchCase row, double[] bare, double[] temper, PeakRow peak)
    {
        double[] ratios = [.. bare.Zip(temper, (b, t) => b / t)];
        var seconds = Medians.Of(temper);
        var rate = row.Flops / seconds / Giga;
        return new()
        {
            Network = row.Network.Id,
            Method = row.Method.Id,
            Batch = row.Batch,
            Steps = row.Steps,
            Repeats = row.Repeats,
            BareSeconds = Medians.Of(bare),
            TemperSeconds = seconds,
            Ratio = Medians.Of(ratios),
            RatioLow = ratios.Min(),
            RatioHigh = ratios.Max(),
            Forwards = row.Passes.Forwards,
            InputGradients = row.Passes.InputGradients,
            WeightGradients = row.Passes.WeightGradients,
            Gigaflop = row.Flops / Giga,
            GigaflopPerSecond = rate,
            PeakShare = rate / peak.GigaflopPerSecond,
        };
    }

    private static IReadOnlyList<LayerRow> Layers(BenchCase row, BenchUnit unit, PeakRow peak)
    {
        var shape = row.Network.Input;
        using var x = rand(row.Batch, shape.Channels, shape.Height, shape.Width);
        return LayerTimes.Measure(row.Network.Id, unit.Module, x, peak);
    }

    /// <summary>A side that made other passes did other work, and its time says nothing.</summary>
    private static void Check(BenchCase row, string side, UnitTime made)
    {
        var examples = (long)row.Batch * row.Repeats;
        var (forwards, gradients) = (row.Passes.Forwards * examples, row.Passes.Gradients * examples);
        if ((made.Forwards, made.Gradients) != (forwards, gradients))
        {
            throw new RunFailedException(
                $"bench: {row.Title}: {side} made {made.Forwards} forward passes and {made.Gradients} back, expected {forwards} and {gradients}."
            );
        }
    }
}
