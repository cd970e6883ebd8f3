using static TorchSharp.torch;

namespace Temper.Certification;

/// <summary>Slopes of lines and multipliers of a linear pass, chosen row by row.</summary>
/// <param name="Slopes">By step: slopes of the lines below and, where there is a choice, above; (P, shape).</param>
/// <param name="Fences">By step: signed multipliers of units held on one side of 0; (P, shape).</param>
internal sealed record RowChoice(
    IReadOnlyDictionary<int, (Tensor Lower, Tensor? Upper)> Slopes,
    IReadOnlyDictionary<int, Tensor> Fences
);
