namespace Temper.Runs;

/// <summary>The data of a run.</summary>
/// <param name="Name">The data set's name, such as <c>mnist</c>.</param>
/// <param name="Split">The split, such as <c>test</c>.</param>
/// <param name="N">The number of examples used.</param>
/// <param name="Total">The number of examples of the split.</param>
/// <param name="Selection">How they were chosen, see <see cref="DataSelection.Text"/>.</param>
/// <param name="Sha256">The data's SHA-256, lower-case hexadecimal.</param>
/// <param name="ValidationRule">How validation examples were set apart in training, or null.</param>
public sealed record ManifestData(
    string Name,
    string Split,
    int N,
    int Total,
    string Selection,
    string Sha256,
    string? ValidationRule = null
)
{
    /// <summary>Gets in what these examples differ from the data set as published; absent for nothing.</summary>
    public string? Variant { get; init; }

    /// <summary>Gets what an example is called, in the plural; absent for images.</summary>
    public string? Noun { get; init; }
}
