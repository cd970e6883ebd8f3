namespace Temper.Data.Readers;

/// <summary>A row of a table as it was read.</summary>
/// <param name="Number">Its number in the file, from 1.</param>
/// <param name="Fields">Its texts.</param>
internal sealed record RawRow(int Number, string[] Fields);
