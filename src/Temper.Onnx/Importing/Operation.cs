namespace Temper.Onnx.Importing;

/// <summary>How an operator of ONNX is imported.</summary>
/// <param name="Least">The number of inputs it needs.</param>
/// <param name="Most">The number of inputs it takes.</param>
/// <param name="Make">Makes its result; null where <see cref="NodeReader.Problem"/> tells why it cannot.</param>
internal sealed record Operation(int Least, int Most, Func<ImportScope, NodeReader, Value?[], Value?> Make)
{
    /// <summary>Makes the result of a node.</summary>
    public Value? Import(ImportScope import, NodeReader node, Value?[] inputs)
    {
        if (inputs.Length < Least || inputs.Length > Most || inputs.Take(Least).Any(i => i is null))
        {
            throw node.Damaged(
                $"found {inputs.Count(i => i is not null)} inputs, expected {Least}{(Most > Least ? $" to {Most}" : "")}."
            );
        }
        if (node.Node.Output.Count == 0)
        {
            throw node.Damaged("found no output, expected one.");
        }
        Array.Resize(ref inputs, Math.Max(inputs.Length, Math.Min(Most, 8)));
        return Make(import, node, inputs);
    }
}
