namespace Temper.Evaluation;

/// <summary>One example of a certification.</summary>
/// <param name="Index">The canonical index.</param>
/// <param name="Label">The class.</param>
/// <param name="CleanPrediction">The class predicted at the clean input; −1 where a score is not a number.</param>
/// <param name="Verdict">What is known.</param>
/// <param name="By">What decided: <c>clean</c>, a method of bounds, or an attack's name; null where nothing did.</param>
/// <param name="Margin">The best lower bound of the margin over the whole set, in float64; null where none was computed.</param>
/// <param name="Branches">How many parts the set was bounded in by branch and bound; 0 without.</param>
/// <param name="Seconds">The wall-clock time of branch and bound; 0 without.</param>
public sealed record CertificateRow(
    long Index,
    int Label,
    int CleanPrediction,
    Verdict Verdict,
    string? By,
    double? Margin,
    long Branches,
    double Seconds
);
