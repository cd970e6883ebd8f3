namespace Temper.Runs;

/// <summary>One key of a mapping, with its node.</summary>
/// <param name="Key">The key.</param>
/// <param name="Line">The 1-based line of the key, or null.</param>
/// <param name="Node">What the key stands for.</param>
public sealed record ConfigEntry(string Key, int? Line, ConfigNode Node);
