namespace Temper.Certification.Branching;

/// <summary>What branch and bound found about one example.</summary>
/// <param name="Bound">A lower bound of the margin over the whole set.</param>
/// <param name="Branches">In how many parts the set was looked at.</param>
/// <param name="Counterexample">A misclassified input of the set in real arithmetic, flattened; null where none was met.</param>
internal sealed record Decision(double Bound, long Branches, double[]? Counterexample);
