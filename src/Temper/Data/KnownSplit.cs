namespace Temper.Data;

/// <summary>One way a split of a known set is kept in files.</summary>
/// <param name="Files">The files, in the order they are read.</param>
/// <param name="Read">Makes pixels and labels of their unpacked content; told the paths for messages.</param>
/// <param name="Variant">In what these examples differ from those published; null for nothing.</param>
internal sealed record KnownSplit(
    IReadOnlyList<KnownFile> Files,
    Func<IReadOnlyList<byte[]>, IReadOnlyList<string>, (byte[] Pixels, int[] Labels)> Read,
    string? Variant = null
);
