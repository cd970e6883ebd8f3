namespace Temper.Data.Readers;

/// <summary>A table as it was read.</summary>
/// <param name="File">Where it came from.</param>
/// <param name="Header">The names of the columns.</param>
/// <param name="Rows">The rows.</param>
internal sealed record RawTable(string File, string[] Header, List<RawRow> Rows);
