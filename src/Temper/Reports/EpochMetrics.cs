namespace Temper.Reports;

/// <summary>What a training run measured at the end of one epoch; absent values were not measured.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Step">The training step.</param>
/// <param name="Lr">The learning rate.</param>
/// <param name="Loss">The mean training loss.</param>
/// <param name="TrainAccuracy">The share of training examples, as trained on, classified correctly.</param>
/// <param name="ValidationClean">The share of clean validation examples classified correctly.</param>
/// <param name="ValidationRobust">The share of validation examples that stand the validation attack.</param>
/// <param name="Seconds">Seconds since training began.</param>
public sealed record EpochMetrics(
    int Epoch,
    long? Step,
    double? Lr,
    double? Loss,
    double? TrainAccuracy,
    double? ValidationClean,
    double? ValidationRobust,
    double? Seconds
);
