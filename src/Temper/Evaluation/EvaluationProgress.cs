using Temper.Evaluation.Foretelling;

namespace Temper.Evaluation;

/// <summary>A sign of life from an evaluation.</summary>
/// <param name="Stage">What runs: <c>clean</c>, or an attack's name with its restart.</param>
/// <param name="Done">Examples done in this stage.</param>
/// <param name="Total">Examples of this stage.</param>
/// <param name="Standing">Examples still standing; <see cref="NotAttacked"/> in a stage in which nothing is attacked.</param>
public readonly record struct EvaluationProgress(string Stage, int Done, int Total, int Standing)
{
    /// <summary>What stands where nothing is attacked.</summary>
    public const int NotAttacked = -1;

    /// <summary>Gets the part of the run that this is about, such as <c>twin</c>; null for the run itself.</summary>
    public string? Part { get; init; }

    /// <summary>Gets what the evaluation is expected to cost in all; told before the attacks begin and once more after a minute, else null.</summary>
    public Forecast? Foretold { get; init; }
}
