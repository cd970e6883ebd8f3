using Temper.Onnx.Reading;

namespace Temper.Onnx.Importing;

/// <summary>A tensor of the file.</summary>
/// <param name="Tensor">The tensor.</param>
internal sealed record Stored(StoredTensor Tensor) : Value;
