namespace Temper.Data;

/// <summary>A file of a known set.</summary>
/// <param name="Name">Its name; on disk it may end in <c>.gz</c> as well.</param>
/// <param name="Length">The length of its unpacked content.</param>
/// <param name="Sha256">The hash of its unpacked content.</param>
internal sealed record KnownFile(string Name, int Length, string Sha256);
