namespace Temper.Runs;

/// <summary>Another network that points were crafted on and submitted to the model.</summary>
/// <param name="Path">The file, as named by the user, or relative to the run's folder.</param>
/// <param name="Sha256">The hash of the file.</param>
public sealed record ManifestSurrogate(string Path, string Sha256)
{
    /// <summary>Gets the passes that training it took, where the evaluation has done so; else null.</summary>
    public ManifestPasses? Training { get; init; }
}
