namespace Temper.Runs;

/// <summary>The model whose weights a training started from.</summary>
/// <param name="Path">The file, as the user named it.</param>
/// <param name="Sha256">Its SHA-256, lower-case hexadecimal.</param>
/// <param name="Copy">The copy in the run's folder.</param>
/// <param name="TrainedFor">What it was trained for, as its file says, or <c>unknown</c>.</param>
/// <param name="TrainingData">The data it was trained on, or <c>unknown</c>: weights do not tell what they have seen.</param>
public sealed record ManifestStart(string Path, string Sha256, string Copy, string TrainedFor, string TrainingData);
