using Temper.Runs;

namespace Temper.Tests.Docs;

/// <summary>Entries of a manifest with all that is said only where it applies.</summary>
internal static class ManifestSamples
{
    /// <summary>Something that looks like a SHA-256.</summary>
    public static readonly string Hash = new('c', 64);

    public static readonly ManifestThreat Union = new("linf:0.3+l2:2", ManifestThreat.Union, 1)
    {
        Mask = Hash,
        Members = [new("linf:0.3", "linf", 0.3) { Mask = Hash }, new("l2:2", "l2", 2) { Mask = Hash }],
    };

    public static readonly ManifestAttack Remarked = new("transfer", "transfer", [], 1)
    {
        Notices = ["a notice"],
        Surrogate = new(1, 2),
    };
}
