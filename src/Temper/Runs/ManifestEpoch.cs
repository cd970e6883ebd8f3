namespace Temper.Runs;

/// <summary>What an epoch reached on validation examples.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Examples">The validation examples.</param>
/// <param name="Clean">Those right when clean.</param>
/// <param name="Robust">Those right under attack.</param>
public sealed record ManifestEpoch(int Epoch, int Examples, int Clean, int Robust);
