namespace Temper.Onnx;

/// <summary>What an export wrote, and how it was checked.</summary>
/// <param name="Path">The file.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="LargestDifference">The largest difference between the network's scores and those of onnxruntime.</param>
/// <param name="RandomInputs">The random inputs it was looked for on.</param>
/// <param name="Examples">The examples of data it was looked for on.</param>
public sealed record ExportOutcome(string Path, long Bytes, double LargestDifference, int RandomInputs, int Examples);
