using Temper.Errors;
using Temper.Runs;

namespace Temper.Bench.Multiples;

/// <summary>Measures what a step of each training method costs beside one of plain training, in turn in one process.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="environment">Where it is measured.</param>
/// <param name="started">When.</param>
internal sealed class MultipleRun(MultipleRequest request, ManifestEnvironment environment, DateTimeOffset started)
{
    // The first pair makes tables and fetches pages that later ones have.
    private const int WarmUps = 1;

    /// <summary>Measures. Libtorch must be loaded.</summary>
    /// <param name="done">Told of each row.</param>
    /// <param name="cancellation">Observed between runs; the row it falls into is dropped, the others are returned.</param>
    /// <exception cref="RunFailedException">The file cannot be written.</exception>
    public MultipleFile Run(Action<MultipleRow>? done, CancellationToken cancellation)
    {
        var file = new MultipleFile
        {
            Started = started.ToUniversalTime(),
            Threads = request.Threads,
            Runs = request.Runs,
            Environment = environment,
            Network = MultipleUnit.Name,
            Batch = request.Batch,
        };
        // At once, so that a folder that refuses it is known before anything is measured.
        Keep(file);
        using var unit = new MultipleUnit(request.Batch);
        file = file with { Passes = unit.Passes(request.Runs) };
        try
        {
            foreach (var info in request.Infos())
            {
                var row = Measured(unit, info, file.Passes, cancellation);
                file = file with { Rows = [.. file.Rows, row] };
                Keep(file);
                done?.Invoke(row);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The rows done are the result.
        }
        return file;
    }

    private MultipleRow Measured(
        MultipleUnit unit,
        ComponentInfo info,
        PassTimes passes,
        CancellationToken cancellation
    )
    {
        List<double> ratios = [];
        List<double> times = [];
        MultipleRow row = null!;
        for (var run = -WarmUps; run < request.Runs; run++)
        {
            cancellation.ThrowIfCancellationRequested();
            var plain = unit.Take(MultipleUnit.Plain);
            row = unit.Take(info);
            if (run >= 0)
            {
                ratios.Add(row.Milliseconds / plain.Milliseconds);
                times.Add(row.Milliseconds);
            }
        }
        var (median, expected) = (Medians.Of(ratios), passes.Multiple(row));
        return row with
        {
            Expected = expected,
            Beside = (median / expected) - 1,
            Measured = median,
            Low = ratios.Min(),
            High = ratios.Max(),
            Deviation = (median / row.Counted) - 1,
            Milliseconds = Medians.Of(times),
        };
    }

    private void Keep(MultipleFile file)
    {
        if (request.Out is { } path)
        {
            file.Write(path);
        }
    }
}
