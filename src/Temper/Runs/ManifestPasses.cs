namespace Temper.Runs;

/// <summary>Passes through a network, counted in examples.</summary>
/// <param name="Forwards">Forward passes.</param>
/// <param name="Backwards">Backward passes.</param>
public sealed record ManifestPasses(long Forwards, long Backwards);
