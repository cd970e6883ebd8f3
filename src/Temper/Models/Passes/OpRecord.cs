using static TorchSharp.torch;

namespace Temper.Models.Passes;

/// <summary>One operator's result, and the way back from its gradient to the gradients of its inputs.</summary>
/// <param name="output">The result, without a graph of autograd; owned by whoever asked for it.</param>
/// <param name="back">Maps the gradient of the result (borrowed) to one per input, null where none was wanted.</param>
/// <param name="kept">What the way back needs; disposed with the record.</param>
internal sealed class OpRecord(Tensor output, Func<Tensor, Tensor?[]> back, params Tensor[] kept) : IDisposable
{
    /// <summary>The record of an operator whose first input has the same gradient as its result, and whose others want none.</summary>
    /// <param name="output">The result.</param>
    public static OpRecord PassedOn(Tensor output) => new(output, gradient => [gradient.alias()]) { Shares = true };

    /// <summary>Gets the result.</summary>
    public Tensor Output => output;

    /// <summary>Gets whether the gradients may be views of what came in, so that nobody may write to them.</summary>
    public bool Shares { get; init; }

    /// <summary>Goes back.</summary>
    /// <param name="gradient">The gradient of the result.</param>
    public Tensor?[] Back(Tensor gradient) => back(gradient);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in kept)
        {
            tensor.Dispose();
        }
    }
}
