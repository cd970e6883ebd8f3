using System.Diagnostics;
using Temper.Data;
using Temper.Models;
using Temper.Numerics;
using Temper.Training;
using static TorchSharp.torch;

namespace Temper.Bench;

/// <summary>Some steps of the trainer, against the same passes with batches made beforehand.</summary>
internal sealed class TrainingUnit : BenchUnit
{
    // So small that the weights hardly move, however often the same batches are seen.
    private const double LearningRate = 1e-5;
    private const double Momentum = 0.9;
    private const double WeightDecay = 5e-4;
    private const int Shift = 4;

    private readonly BenchCase _row;
    private readonly Objective _objective;
    private readonly WeightUpdate _update;
    private readonly BatchSource _source;
    private optim.Optimizer? _optimizer;
    private Batch[] _batches = [];

    /// <summary>Makes the network and the examples.</summary>
    public TrainingUnit(BenchCase row, Objective objective)
        : base(row.Network)
    {
        (_row, _objective) = (row, objective);
        _update = row.Network.IsColour
            ? WeightUpdate.Sgd(Module, Momentum, WeightDecay)
            : WeightUpdate.Adam(Module, weightDecay: 0);
        var set = BenchExamples.Noise(row.Network.Input, row.Repeats * row.Batch);
        _source = new(set, [.. Enumerable.Range(0, set.Count)])
        {
            Augmentation = row.Network.IsColour ? new(Shift, Flip: true, new Rng(1)) : null,
        };
    }

    /// <inheritdoc/>
    public override UnitTime Temper() =>
        new TrainingSteps(_row.Network, Model, _update, _row.Batch) { LearningRate = LearningRate }.Take(
            _objective,
            _source
        );

    /// <inheritdoc/>
    public override UnitTime Bare()
    {
        Prepare();
        var loop = new BareLoop(BareModule);
        var clock = Stopwatch.StartNew();
        foreach (var batch in _batches)
        {
            BareModule.train(_row.Network.InnerMode != Mode.Evaluate);
            for (var step = 0; step < _row.Steps; step++)
            {
                loop.InputGradient(batch.Inputs, batch.Labels);
            }
            BareModule.train();
            loop.Update(batch.Inputs, batch.Labels, _optimizer!);
        }
        return new(clock.Elapsed.TotalSeconds, loop.Meter.Forwards, loop.Meter.Gradients);
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        _update.Dispose();
        _optimizer?.Dispose();
        foreach (var batch in _batches)
        {
            batch.Dispose();
        }
    }

    private void Prepare()
    {
        if (_optimizer is not null)
        {
            return;
        }
        TorchSharp.Modules.Parameter[] weights = [.. BareModule.parameters()];
        _optimizer = _row.Network.IsColour
            ? optim.SGD(weights, LearningRate, Momentum, weight_decay: WeightDecay)
            : optim.Adam(weights, LearningRate);
        int[] order = [.. _source.Indices];
        _batches = [.. Enumerable.Range(0, _row.Repeats).Select(n => _source.At(order, n, _row.Batch))];
    }
}
