namespace Temper.Serialization;

/// <summary>One tensor of a safetensors file, as raw little-endian bytes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DType">Its type: F64 F32 F16 BF16 I64 I32 I16 I8 U8 BOOL.</param>
/// <param name="Shape">Its shape; empty for a scalar.</param>
/// <param name="Data">Its bytes, row-major.</param>
public sealed record SafetensorsEntry(string Name, string DType, long[] Shape, ReadOnlyMemory<byte> Data);
