using Temper.Data;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Tests.Training.Contract;
using Temper.Threats;
using Temper.Training;
using Temper.Training.Objectives;
using static TorchSharp.torch;

namespace Temper.Tests.Training;

/// <summary>Free training: what it carries from batch to batch, and its steps in a row.</summary>
public sealed class FreeTrainingTests
{
    private static readonly ThreatModel Threat = ThreatModel.Parse("linf:0.1");

    [Fact]
    public void Free_training_follows_the_gradient_of_the_step_and_goes_on_with_the_next_batch()
    {
        using var model = Toy.Linear(
            new float[,]
            {
                { 1, -1 },
                { -1, 1 },
            },
            [0, 0],
            new(1, 1, 2)
        );
        var free = new FreeTraining(new());
        using var first = Batch([0.5f, 0.5f, 0.95f, 0.5f], [0, 1]);
        var step = OneStep.Of(free, model, first, Threat);
        // Nothing is carried yet.
        Assert.Equal([0.5f, 0.5f, 0.95f, 0.5f], step.Trained[0]);
        // Away from the label, within the box.
        Close([-0.1f, 0.1f, 0.05f, -0.1f], Tensors.ToArray<float>(free.State.Single().Value));
        using var second = Batch([0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f], [0, 0, 0]);
        Close([0.1f, 0.4f, 0.45f, 0.4f, 0.6f, 0.7f], OneStep.Of(free, model, second, Threat).Trained[0]);
        free.Forget();
        Assert.Empty(free.State);
    }

    [Fact]
    public void Free_training_makes_its_steps_in_a_row_on_each_batch()
    {
        using var model = Toy.ConvNet(5);
        using var update = WeightUpdate.Sgd(model.Module, 0, 0);
        var set = Toy.Stripes(20, 1);
        var seen = new Seen();
        var plan = new TrainPlan
        {
            Model = model,
            Train = new BatchSource(set, [.. Enumerable.Range(0, 15)]),
            Validator = new(new BatchSource(set, [15]), Threat, new(new() { Steps = 1 }), 1, new Rng(2)),
            Threat = Threat,
            Objective = seen,
            Update = update,
            LearningRate = new Schedule([(0, 0.01), (1, 0.01)]),
            Epochs = 2,
            BatchSize = 6,
            Rng = new Rng(3),
        };
        var state = new Trainer(plan, []).Run(false, null, CancellationToken.None);
        Assert.Equal((18, 9), (state.Step, state.StepsPerEpoch));
        Assert.Equal(2 * 3 * 15, state.Meter.Gradients);
        var batches = seen.Batches.Chunk(3).ToArray();
        Assert.All(batches, row => Assert.Single(row.Distinct()));
        Assert.Equal(6, batches.Select(row => row[0]).Distinct().Count());
        Assert.Equal(Enumerable.Range(0, 18).Select(i => (double)i / 18), seen.Fractions);
    }

    private static void Close(float[] expected, float[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    private static Batch Batch(float[] values, long[] labels, int width = 2) =>
        new(
            tensor(values, [labels.Length, 1, 1, width]),
            tensor(labels),
            [.. Enumerable.Range(0, labels.Length).Select(i => (long)i)]
        );

    /// <summary>Plain training that notes what it is given.</summary>
    private sealed class Seen : Objective
    {
        public List<string> Batches { get; } = [];
        public List<double> Fractions { get; } = [];

        public override int Replays => 3;

        public override Tensor Loss(StepContext step)
        {
            Batches.Add(string.Join(' ', step.Batch.Indices));
            Fractions.Add(step.Fraction);
            return step.CrossEntropyAt(step.Batch.Inputs);
        }
    }
}
