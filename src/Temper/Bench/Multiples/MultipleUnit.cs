using System.Diagnostics;
using Temper.Data;
using Temper.Losses;
using Temper.Models;
using Temper.Models.Passes;
using Temper.Runs;
using Temper.Training;
using Temper.Training.Objectives;
using static TorchSharp.torch;

namespace Temper.Bench.Multiples;

/// <summary>Steps of any training method on one network whose weights stay as they are, so that the order of methods does not matter.</summary>
internal sealed class MultipleUnit : IModelSource, IDisposable
{
    // What is longer than a timer's noise, in steps of plain training.
    private const double Least = 4;

    // The methods with bounds are dearest while the budget grows.
    private const double Growing = 2;

    // Above ln 9, where the label outweighs the nine others together.
    private const double Clear = 3;
    private const double Spread = 10;

    private const string Other = "other";

    private static readonly BenchNetwork Network = new("strided-net", new(1, 28, 28), () => new StridedNet())
    {
        AttackBatches = [],
        AttackSteps = 0,
        TrainBatch = 128,
        LargestBatch = 128,
    };

    private readonly int _batch;
    private readonly ModuleClassifier _model;
    private readonly ModuleClassifier _other;
    private readonly WeightUpdate _update;
    private readonly GraphFlops _flops = GraphFlops.Of(Network.Make().Describe(Network.Input, BenchNetwork.Classes));
    private readonly ImageSet _examples;

    /// <summary>Makes the network and the examples.</summary>
    /// <param name="batch">The examples of a step.</param>
    public MultipleUnit(int batch)
    {
        _batch = batch;
        (_model, _other) = (Make(), Make());
        _update = WeightUpdate.Adam(_model.Module, weightDecay: 0);
        // Labels that the network gives, and a tiny budget: searches that stop at what is wrong go all their way.
        Decide(_model, batch);
        _examples = BenchExamples.Held(_model, batch * ((int)Least + 1), batch);
    }

    /// <summary>Gets plain training, which the others are held against.</summary>
    public static ComponentInfo Plain { get; } = Catalogue.Of<Objective>().Single(info => info.Type == typeof(Natural));

    /// <summary>Gets the network's name.</summary>
    public static string Name => Network.Id;

    /// <summary>Times single passes, in turn.</summary>
    /// <param name="runs">How many of each, beside one that is not counted.</param>
    public PassTimes Passes(int runs)
    {
        int[] some = [.. Enumerable.Range(0, _batch)];
        using var batch = BatchSource.Gather(_examples, some);
        List<double>[] times =
        [
            [],
            [],
            [],
        ];
        for (var run = -1; run < runs; run++)
        {
            double[] found = [Forwards(batch.Inputs), Gradients(batch.Inputs, batch.Labels), Take(Plain).Milliseconds];
            for (var kind = 0; kind < found.Length && run >= 0; kind++)
            {
                times[kind].Add(found[kind]);
            }
        }
        return new(Medians.Of(times[0]), Medians.Of(times[1]), Medians.Of(times[2]));
    }

    private double Forwards(Tensor x) =>
        Timed(() =>
        {
            using var noGrad = no_grad();
            using var scores = _model.Logits(x);
        });

    private double Gradients(Tensor x, Tensor labels)
    {
        var model = new MeteredClassifier(_model, new());
        using var mode = model.Enter(Mode.Evaluate);
        using var pass = GraphPass.Open(model, _batch);
        return Timed(() =>
        {
            using var scope = NewDisposeScope();
            InputGradient.Compute(model, pass, CrossEntropy.Instance, x, labels);
        });
    }

    /// <summary>Milliseconds of one pass among several.</summary>
    private static double Timed(Action pass)
    {
        var clock = Stopwatch.StartNew();
        for (var n = 0; n < Least; n++)
        {
            pass();
        }
        return clock.Elapsed.TotalMilliseconds / Least;
    }

    /// <summary>Takes steps.</summary>
    /// <param name="info">The method.</param>
    /// <returns>What they took; figures beside the time are for one example of one step.</returns>
    public MultipleRow Take(ComponentInfo info)
    {
        var objective = Create(info);
        var counted = new CountedObjective(objective);
        var batches = Math.Clamp((int)Math.Ceiling(Least / (objective.Passes?.Multiple ?? Least)), 1, (int)Least);
        // One more before the clock starts: what grows from nothing, as a weight of a loss, is nothing there.
        var source = new BatchSource(_examples, [.. Enumerable.Range(0, ((batches / objective.Replays) + 1) * _batch)]);
        var steps = source.BatchCount(_batch) * objective.Replays;
        var time = new TrainingSteps(Network, _model, _update, _batch)
        {
            Threat = AttackUnit.Tiny,
            EpsilonWarmup = objective.Proof is null ? 0 : Growing,
            Others = this,
            Untimed = 1,
        }.Take(counted, source);
        var each = 1.0 / (steps * _batch);
        var (forwards, weights) = (time.Forwards * each, counted.WeightGradients * each);
        var inputs = (time.Gradients * each) - weights;
        var operations = (forwards * _flops.Forward) + (inputs * _flops.InputGradient) + (weights * _flops.Training);
        var multiple = operations / (_flops.Forward + _flops.Training);
        return new()
        {
            Method = info.Id,
            Steps = steps - 1,
            Forwards = forwards,
            InputGradients = inputs,
            WeightGradients = weights,
            Passes = (forwards + inputs + weights) / 2,
            Counted = multiple,
            Measured = 0,
            Low = 0,
            High = 0,
            Deviation = 0,
            Milliseconds = 1e3 * time.Seconds / (steps - 1),
        };
    }

    /// <inheritdoc/>
    public IClassifier Open(string name, IClassifier beside) => _other;

    /// <inheritdoc/>
    public void Dispose()
    {
        _update.Dispose();
        _other.Dispose();
        _model.Dispose();
    }

    /// <summary>Makes the last layer so large that answers are clear: to <c>mma</c>, what is right by a hair is wrong.</summary>
    private static void Decide(ModuleClassifier model, int batch)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        int[] all = [.. Enumerable.Range(0, batch * ((int)Least + 1))];
        using var examples = BatchSource.Gather(BenchExamples.Noise(Network.Input, all.Length), all);
        var largest = model.Logits(examples.Inputs).topk(2, dim: 1).values;
        var gaps = largest.select(1, 0) - largest.select(1, 1);
        var scale = Clear / Math.Max(gaps.min().item<float>(), gaps.mean().item<float>() / Spread);
        foreach (var parameter in model.Module.parameters().TakeLast(2))
        {
            parameter.mul_(scale);
        }
    }

    private static ModuleClassifier Make() => new(Network.Build(), Network.Input, BenchNetwork.Classes);

    /// <summary>The method with its defaults; those that need another network get one.</summary>
    private static Objective Create(ComponentInfo info) =>
        info.Type == typeof(HelperTraining) ? new HelperTraining(new() { Model = Other })
        : info.Type == typeof(EnsembleTraining) ? new EnsembleTraining(new() { Models = [Other] })
        : Catalogue.Create<Objective>(info, info.Options is { } options ? Activator.CreateInstance(options) : null);
}
