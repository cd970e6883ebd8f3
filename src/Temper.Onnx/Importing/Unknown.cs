namespace Temper.Onnx.Importing;

/// <summary>A value that cannot be had.</summary>
/// <param name="Why">What is wrong with the value itself; null where an operator before it is to blame.</param>
internal sealed record Unknown(string? Why) : Value;
