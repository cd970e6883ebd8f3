namespace Temper.Onnx.Importing;

/// <summary>What a name of an ONNX graph stands for.</summary>
internal abstract record Value;
