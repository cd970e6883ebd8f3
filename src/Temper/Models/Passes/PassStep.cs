using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;
using static TorchSharp.torch;

namespace Temper.Models.Passes;

/// <summary>A step of a graph with what a pass must know about its values.</summary>
/// <param name="Op">The operator.</param>
/// <param name="Inputs">The slots of its inputs.</param>
/// <param name="Output">The slot of its result.</param>
/// <param name="Done">The slots nothing uses after it.</param>
/// <param name="Wanted">Which inputs depend on the network's input.</param>
/// <param name="KeepsResult">Whether its result is, or is seen through, the scores.</param>
/// <param name="MayOverwrite">Whether the first input is a fresh result that nothing else uses, on the way back neither.</param>
internal sealed record PassStep(
    GraphOp Op,
    int[] Inputs,
    int Output,
    int[] Done,
    bool[] Wanted,
    bool MayOverwrite,
    bool KeepsResult
)
{
    /// <summary>Gets or sets what the operator made of its weights; owned by the pass.</summary>
    public IDisposable? Prepared { get; set; }

    /// <summary>Plans the steps of a graph.</summary>
    /// <param name="steps">The steps in order; slot 0 is the network's input.</param>
    /// <param name="output">The slot of the scores.</param>
    public static PassStep[] Plan(IReadOnlyList<GraphStep> steps, int output)
    {
        var depends = new HashSet<int> { 0 };
        var made = new Dictionary<int, GraphOp>();
        var uses = steps.SelectMany(s => s.Inputs).CountBy(slot => slot).ToDictionary();
        var keeps = new HashSet<int> { output };
        foreach (var step in steps.Reverse().Where(s => keeps.Contains(s.Output) && s.Op is not (Conv or Linear)))
        {
            keeps.UnionWith(step.Inputs);
        }
        var planned = new List<PassStep>();
        foreach (var step in steps)
        {
            bool[] wanted = [.. step.Inputs.Select(depends.Contains)];
            var first = step.Inputs[0];
            // Of these operators the result is new memory, and not needed on their way back.
            var fresh =
                made.TryGetValue(first, out var maker) && maker is Conv or BatchNorm or Linear or Arithmetic or MatMul;
            var overwrite = fresh && uses[first] == 1 && first != output;
            planned.Add(
                new(step.Op, step.Inputs, step.Output, step.Done, wanted, overwrite, keeps.Contains(step.Output))
            );
            made[step.Output] = step.Op;
            if (wanted.Contains(true))
            {
                depends.Add(step.Output);
            }
        }
        return [.. planned];
    }

    /// <summary>The step's inputs.</summary>
    /// <param name="values">All values.</param>
    public Tensor[] Take(Tensor?[] values)
    {
        var inputs = new Tensor[Inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i] = values[Inputs[i]]!;
        }
        return inputs;
    }

    /// <summary>Frees what nothing uses after this step.</summary>
    /// <param name="values">All values.</param>
    public void Forget(Tensor?[] values)
    {
        foreach (var slot in Done)
        {
            values[slot]!.Dispose();
        }
    }
}
