using System.Diagnostics;
using Temper.Attacks;
using Temper.Data;
using Temper.Numerics;
using Temper.Threats;

namespace Temper.Bench;

/// <summary>PGD on one batch, against its gradients and its two scoring passes alone.</summary>
internal sealed class AttackUnit : BenchUnit
{
    /// <summary>So small that no example is broken, and so none drops out.</summary>
    internal static readonly ThreatModel Tiny = ThreatModel.Parse("linf:0.0001");

    private readonly int _steps;
    private readonly Batch _batch;

    /// <summary>Makes the network and the examples.</summary>
    public AttackUnit(BenchNetwork network, int batch, int steps)
        : base(network)
    {
        _steps = steps;
        int[] all = [.. Enumerable.Range(0, batch)];
        _batch = BatchSource.Gather(BenchExamples.Held(Model, batch, batch), all);
    }

    /// <summary>The attack that is measured.</summary>
    public static Pgd Attack(int steps) => new(new() { Steps = steps, Start = StartKind.Clean });

    /// <inheritdoc/>
    public override UnitTime Temper()
    {
        var clock = Stopwatch.StartNew();
        using var result = Attack(_steps).Run(Model, _batch, Tiny, new Rng(0));
        return new(clock.Elapsed.TotalSeconds, result.Forwards.Sum(), result.Gradients.Sum());
    }

    /// <inheritdoc/>
    public override UnitTime Bare()
    {
        BareModule.eval();
        var loop = new BareLoop(BareModule);
        var clock = Stopwatch.StartNew();
        for (var step = 0; step < _steps; step++)
        {
            loop.InputGradient(_batch.Inputs, _batch.Labels);
        }
        // What Temper spends on the last iterate and on the verification.
        loop.Forward(_batch.Inputs);
        loop.Forward(_batch.Inputs);
        return new(clock.Elapsed.TotalSeconds, loop.Meter.Forwards, loop.Meter.Gradients);
    }

    /// <inheritdoc/>
    protected override void Release() => _batch.Dispose();
}
