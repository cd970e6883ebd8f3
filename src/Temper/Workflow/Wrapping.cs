using Temper.Data;
using Temper.Numerics;
using Temper.Runs;
using Temper.Training;
using Temper.Training.Wrappers;
using static TorchSharp.torch;

namespace Temper.Workflow;

/// <summary>What a recipe wraps around any training method.</summary>
internal static class Wrapping
{
    /// <summary>The method as the training loop sees it.</summary>
    /// <param name="objective">The method.</param>
    /// <param name="training">What the recipe asks for.</param>
    public static Objective Around(Objective objective, TrainingConfig training)
    {
        // Inside out: weights are perturbed by the whole loss, and the gradient that is clipped is the one at the perturbed weights.
        if (training.CleanShare > 0)
        {
            objective = new CleanMixing(objective, training.CleanShare);
        }
        if (training.Awp.Gamma > 0)
        {
            objective = new WeightPerturbation(objective, training.Awp.Gamma, training.Awp.Warmup / training.Epochs);
        }
        if (training.Clip > 0)
        {
            objective = new GradientClipping(objective, training.Clip);
        }
        if (training.LabelSmoothing > 0)
        {
            objective = new LabelSmoothing(objective, training.LabelSmoothing);
        }
        return training.StepSchedule.Any(point => point.LearningRate != 1)
            ? new StepLengths(objective, Corners(training.StepSchedule))
            : objective;
    }

    /// <summary>A schedule of a recipe.</summary>
    public static Schedule Corners(IReadOnlyList<SchedulePoint> points) =>
        new([.. points.Select(p => (p.Fraction, p.LearningRate))]);

    /// <summary>The average of the weights; null for none.</summary>
    /// <param name="module">The module, borrowed.</param>
    /// <param name="training">What the recipe asks for.</param>
    /// <param name="perEpoch">The updates of an epoch.</param>
    public static WeightAverage? Average(nn.Module module, TrainingConfig training, int perEpoch) =>
        training.Ema > 0 ? new(module, training.Ema)
        : training.Swa > 0
            ? WeightAverage.Equal(module, (int)Math.Ceiling(training.Swa * training.Epochs * perEpoch), perEpoch)
        : null;

    /// <summary>The training examples as they are served.</summary>
    /// <param name="config">What the recipe asks for.</param>
    /// <param name="data">The data.</param>
    /// <param name="indices">The examples trained on.</param>
    /// <param name="extra">The examples of the second set.</param>
    /// <param name="rng">The stream of the training.</param>
    /// <param name="device">Where batches are made.</param>
    public static BatchSource Examples(
        DataConfig config,
        TrainingData data,
        IReadOnlyList<int> indices,
        IReadOnlyList<int> extra,
        Rng rng,
        Device device
    ) =>
        new(data.Train, indices, device)
        {
            Augmentation = DataSource.Augmentation(config.Augment, data.Train, rng),
            Mixing = DataSource.Mixing(config.Augment, data.Train, rng),
            Extra = data.Extra is { } second ? new(second, extra, config.Extra.Share, rng.Fork("extra")) : null,
        };
}
