namespace Temper.Data;

/// <summary>Images of an IDX file.</summary>
/// <param name="Count">The number of images.</param>
/// <param name="Rows">Their height.</param>
/// <param name="Columns">Their width.</param>
/// <param name="Pixels">Count × Rows × Columns bytes, row-major.</param>
public sealed record IdxImages(int Count, int Rows, int Columns, byte[] Pixels);
