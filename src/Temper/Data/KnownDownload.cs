namespace Temper.Data;

/// <summary>A file that can be fetched.</summary>
/// <param name="Url">The canonical address.</param>
/// <param name="Name">The name it is kept under, or that of an archive whose files are taken out.</param>
/// <param name="Members">The files taken out of the archive; empty when it is kept as it is.</param>
internal sealed record KnownDownload(Uri Url, string Name, IReadOnlyList<string> Members);
