using System.Text.Json.Serialization;

namespace Temper.Evaluation.Health;

/// <summary>What kind of scores a model answers with, at the clean examples.</summary>
/// <param name="N">The examples, correct or not.</param>
/// <param name="Softmax">How many have scores from 0 to 1 whose sum is 1: probabilities, of which the loss takes the softmax once more.</param>
/// <param name="LogSoftmax">How many have scores whose exponentials have the sum 1: logarithms of probabilities.</param>
/// <param name="NonFinite">How many have a score that is not a finite number.</param>
/// <param name="Classes">How many different classes were predicted.</param>
/// <param name="MostPredicted">How many examples were given the class that was predicted most often.</param>
/// <param name="MostFrequent">How many examples are of the class that most are of.</param>
/// <remarks>
/// Croce and Hein 2020, whose code asks about probabilities. Simonetto et al. 2024, TabularBench, on models that count as robust since
/// they predict one class only.
/// </remarks>
public sealed record OutputHealth(
    int N,
    int Softmax,
    int LogSoftmax,
    int NonFinite,
    int Classes,
    int MostPredicted,
    int MostFrequent
)
{
    /// <summary>Gets whether every example was given the same class.</summary>
    [JsonIgnore]
    public bool IsConstant => N > 0 && MostPredicted == N;
}
