namespace Temper.Training;

/// <summary>A sign of life from training.</summary>
/// <param name="Step">Weight updates done.</param>
/// <param name="TotalSteps">Weight updates in all.</param>
/// <param name="Epoch">The epoch, 1 first.</param>
/// <param name="Loss">The mean loss of the epoch so far.</param>
/// <param name="Seconds">Seconds spent.</param>
/// <param name="Finished">The figures of an epoch just finished, else null.</param>
public readonly record struct TrainProgress(
    int Step,
    int TotalSteps,
    int Epoch,
    double Loss,
    double Seconds,
    EpochRecord? Finished
)
{
    /// <summary>Gets the part of the run that this is about, such as <c>twin</c>; null for the run itself.</summary>
    public string? Part { get; init; }
}
