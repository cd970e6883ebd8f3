namespace Temper.Onnx.Importing;

/// <summary>Whole numbers that tell a shape, computed while importing; null stands for the number of inputs.</summary>
/// <param name="Numbers">The numbers.</param>
/// <param name="IsScalar">Whether it is one number without dimensions.</param>
internal sealed record Sizes(long?[] Numbers, bool IsScalar) : Value;
