namespace Temper.Runs;

/// <summary>The model of a run.</summary>
/// <param name="Path">The file, as the user named it.</param>
/// <param name="Sha256">The file's SHA-256, lower-case hexadecimal.</param>
/// <param name="Kind">How it is run: <c>built-in</c>, <c>module</c>, <c>torchscript</c>, <c>onnx</c>, <c>onnx-scores</c>.</param>
/// <param name="Architecture">The architecture's id or name.</param>
/// <param name="Parameters">The number of parameters.</param>
/// <param name="TrainedFor">
/// What it was trained for, such as <c>linf:0.3 by pgd (recipe mnist-linf)</c>, or <c>unknown</c>.
/// </param>
public sealed record ManifestModel(
    string Path,
    string Sha256,
    string Kind,
    string Architecture,
    long Parameters,
    string TrainedFor
)
{
    /// <summary>The <see cref="Kind"/> of a model of which only the scores are seen.</summary>
    public const string ScoresOnly = "onnx-scores";

    /// <summary>Gets what must be said about how the model was opened, one sentence each; absent for nothing.</summary>
    public IReadOnlyList<string>? Notes { get; init; }

    /// <summary>Gets the clean accuracy that is stated of the model; absent where nobody states one for this data.</summary>
    public ManifestStatement? StatedClean { get; init; }
}
