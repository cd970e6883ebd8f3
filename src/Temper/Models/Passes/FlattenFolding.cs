using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;
using static TorchSharp.torch;

namespace Temper.Models.Passes;

/// <summary>
/// A fully connected layer after a flattening reads values in the order (C, H, W). Where images have their channels last, a copy of its
/// weights with the columns in the order (H, W, C) saves turning every image round, on the way forth and back.
/// </summary>
internal static class FlattenFolding
{
    /// <summary>Gives each fully connected layer that alone reads a flattened image weights in the order the image lies.</summary>
    /// <param name="module">The network.</param>
    /// <param name="steps">Its steps.</param>
    /// <param name="weights">Its weights by slot; the copies are appended.</param>
    /// <param name="owner">Takes over the copies.</param>
    /// <returns>The steps with those weights.</returns>
    public static IReadOnlyList<GraphStep> Fold(
        GraphModule module,
        IReadOnlyList<GraphStep> steps,
        List<Tensor?> weights,
        ICollection<IDisposable> owner
    )
    {
        var shapes = module.ShapesBySlot();
        var uses = steps.SelectMany(s => s.Inputs).CountBy(slot => slot).ToDictionary();
        var result = new List<GraphStep>(steps);
        for (var i = 0; i < result.Count; i++)
        {
            var flatten = result[i];
            var at = result.FindIndex(s => s.Inputs[0] == flatten.Output);
            if (
                flatten.Op is not Flatten
                || at < 0
                || result[at].Op is not Linear
                || uses[flatten.Output] > 1
                || flatten.Output == module.OutputSlot
                || shapes[flatten.Inputs[0]] is not [_, > 1 and var c, var h, var w]
                || weights[result[at].Inputs[1]] is not { } weight
            )
            {
                continue;
            }
            var turned = Turned(weight, c, h, w);
            owner.Add(turned);
            weights.Add(turned);
            result[i] = flatten with { Op = new FlattenLast() };
            int[] inputs = [.. result[at].Inputs];
            inputs[1] = weights.Count - 1;
            result[at] = result[at] with { Inputs = inputs };
        }
        return result;
    }

    private static Tensor Turned(Tensor weight, long c, long h, long w)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return weight.detach().view(-1, c, h, w).permute(0, 2, 3, 1).flatten(1).contiguous().DetachFromDisposeScope();
    }
}
