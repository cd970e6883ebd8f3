namespace Temper.Evaluation.Metrics;

/// <summary>A quantile of the distance to the nearest wrong point found.</summary>
/// <param name="Share">The share of examples up to it.</param>
/// <param name="Distance">The distance; the budget where it is censored.</param>
/// <param name="Censored">Whether so few examples broke that only "more than the budget" is known.</param>
internal sealed record DistanceQuantile(double Share, double Distance, bool Censored);
