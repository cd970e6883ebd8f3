using Temper.Models.Passes;
using static TorchSharp.torch;

namespace Temper.Models.Graphs;

/// <summary>One operator of a <see cref="NetworkGraph"/>; each concrete one is one file. It holds settings, never weights.</summary>
/// <remarks>Names and meanings are those of the ONNX operators, restricted to what image classifiers use.</remarks>
public abstract record GraphOp
{
    /// <summary>Gets the operator's name, for messages and listings.</summary>
    public abstract string Name { get; }

    /// <summary>The shape of the result, batch included.</summary>
    /// <param name="inputs">The shapes of the inputs.</param>
    /// <returns>A new array.</returns>
    /// <exception cref="Errors.ModelException">The shapes do not fit the operator.</exception>
    public abstract long[] ShapeOf(IReadOnlyList<long[]> inputs);

    /// <summary>Computes the result.</summary>
    /// <param name="inputs">The inputs in the operator's order, weights among them; borrowed.</param>
    /// <param name="training">Whether dropout is on and BatchNorm goes by the batch.</param>
    /// <returns>A fresh handle; the caller owns it.</returns>
    public abstract Tensor Apply(IReadOnlyList<Tensor> inputs, bool training);

    /// <summary>Computes the result, and records the way back to the inputs that are wanted; called without a graph of autograd.</summary>
    /// <param name="call">The inputs and which of them are wanted, at least one.</param>
    /// <returns>The record; the caller owns it and its result.</returns>
    internal virtual OpRecord Record(OpCall call) => LocalAutograd.Record(this, call);

    /// <summary>An error about the shapes of the inputs.</summary>
    /// <param name="inputs">The shapes found.</param>
    /// <param name="expected">What was expected.</param>
    protected Errors.ModelException Unfit(IReadOnlyList<long[]> inputs, string expected) =>
        new(
            $"{Name}: found inputs of shape {string.Join(" and ", inputs.Select(s => $"({string.Join(", ", s)})"))}, expected {expected}."
        );
}
