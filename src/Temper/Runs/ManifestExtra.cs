namespace Temper.Runs;

/// <summary>The second data set of a training.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Count">Its examples that were used.</param>
/// <param name="LeftOut">Its examples that were not, since they are test or validation examples.</param>
/// <param name="Share">Its share of every batch.</param>
/// <param name="Sha256">The hash of its values and labels.</param>
public sealed record ManifestExtra(string Name, int Count, int LeftOut, double Share, string Sha256);
