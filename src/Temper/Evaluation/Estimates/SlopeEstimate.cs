namespace Temper.Evaluation.Estimates;

/// <summary>What random points around one example say about how steep the model is there.</summary>
/// <param name="Index">The example's canonical index.</param>
/// <param name="Margin">The right score minus the largest wrong one, at the clean input.</param>
/// <param name="Slope">The steepest slope of the margin among the points: the largest dual norm of its gradient.</param>
/// <param name="Clever">The CLEVER score, at most the budget.</param>
internal sealed record SlopeEstimate(long Index, double Margin, double Slope, double Clever);
