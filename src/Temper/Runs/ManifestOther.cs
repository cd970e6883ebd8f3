namespace Temper.Runs;

/// <summary>A finished network that the training method asked on the way.</summary>
/// <param name="Path">The run's folder or the file, as the user named it.</param>
/// <param name="Sha256">The hash of its file, lower-case hexadecimal.</param>
public sealed record ManifestOther(string Path, string Sha256);
