namespace Temper.Onnx.Importing;

/// <summary>A value computed from the input.</summary>
/// <param name="Name">Its name in the network.</param>
internal sealed record Computed(string Name) : Value;
