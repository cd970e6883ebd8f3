using System.Text.Json.Serialization;

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
    /// <summary>Gets channels, height and width of one example; a table's rows are 1 × 1 × columns. Absent where not known.</summary>
    public IReadOnlyList<int>? Shape { get; init; }

    /// <summary>Gets in what the data differs from the set as published, such as <c>JPEG-decoded</c>; absent for nothing.</summary>
    public string? Variant { get; init; }

    /// <summary>Gets whether the examples are rows of a table rather than images.</summary>
    [JsonIgnore]
    public bool IsTable => Shape is [1, 1, _];
}
