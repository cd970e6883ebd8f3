namespace Temper.Training;

/// <summary>The figures of one epoch, as written to <c>metrics.jsonl</c>.</summary>
/// <param name="Epoch">The epoch, 1 first.</param>
/// <param name="Step">Weight updates so far.</param>
/// <param name="LearningRate">The learning rate of the last step.</param>
/// <param name="Epsilon">The budget of the last step.</param>
/// <param name="Loss">The mean training loss.</param>
/// <param name="TrainAccuracy">The share of training examples right, as the objective presented them.</param>
/// <param name="Validation">The figures on validation data.</param>
/// <param name="Seconds">Seconds since training began, resumed parts added.</param>
public sealed record EpochRecord(
    int Epoch,
    int Step,
    double LearningRate,
    double Epsilon,
    double Loss,
    double TrainAccuracy,
    ValidationRecord Validation,
    double Seconds
);
