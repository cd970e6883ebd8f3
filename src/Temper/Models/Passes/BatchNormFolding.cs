using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;
using static TorchSharp.torch;

namespace Temper.Models.Passes;

/// <summary>BatchNorm with standing statistics is a scale and a shift per channel, and so is the end of a convolution: one copy does both.</summary>
/// <remarks>Scale γ/√(σ² + ε), computed in float64. Jacob et al. 2018, Quantization and training, section 3.2.</remarks>
internal static class BatchNormFolding
{
    /// <summary>Folds each BatchNorm that follows a convolution, and nothing else does, into a copy of the convolution's weights.</summary>
    /// <param name="module">The network, in evaluation mode.</param>
    /// <param name="weights">Its weights by slot; the copies are appended.</param>
    /// <param name="owner">Takes over the copies.</param>
    /// <returns>The steps that are left.</returns>
    public static IReadOnlyList<GraphStep> Fold(
        GraphModule module,
        List<Tensor?> weights,
        ICollection<IDisposable> owner
    )
    {
        var uses = module.Steps.SelectMany(s => s.Inputs).CountBy(slot => slot).ToDictionary();
        var steps = new List<GraphStep>(module.Steps);
        foreach (var norm in module.Steps.Where(s => s.Op is BatchNorm))
        {
            var source = norm.Inputs[0];
            var at = steps.FindIndex(s => s.Output == source && s.Op is Conv);
            if (at < 0 || uses[source] > 1 || source == module.OutputSlot || HasMadeWeights(steps[at], norm, weights))
            {
                continue;
            }
            var conv = steps[at];
            var (weight, bias) = Folded(conv, norm, weights);
            owner.Add(weight);
            owner.Add(bias);
            weights.AddRange([weight, bias]);
            steps[at] = conv with
            {
                Inputs = [conv.Inputs[0], weights.Count - 2, weights.Count - 1],
                Output = norm.Output,
                // What the two steps were the last to use; the value between them is not made any more.
                Done = [.. conv.Done.Concat(norm.Done).Where(slot => slot != source)],
            };
            steps.Remove(norm);
        }
        return steps;
    }

    /// <summary>Whether a weight is computed by an earlier step, as some imported networks do.</summary>
    private static bool HasMadeWeights(GraphStep conv, GraphStep norm, List<Tensor?> weights) =>
        conv.Inputs.Skip(1).Concat(norm.Inputs.Skip(1)).Any(slot => weights[slot] is null);

    private static (Tensor Weight, Tensor Bias) Folded(GraphStep conv, GraphStep norm, List<Tensor?> weights)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor Wide(int slot) => weights[slot]!.to(ScalarType.Float64);
        var (gamma, beta) = (Wide(norm.Inputs[1]), Wide(norm.Inputs[2]));
        var (mean, variance) = (Wide(norm.Inputs[3]), Wide(norm.Inputs[4]));
        var scale = gamma / (variance + ((BatchNorm)norm.Op).Epsilon).sqrt();
        var weight = Wide(conv.Inputs[1]) * scale.view(-1, 1, 1, 1);
        var bias = (conv.Inputs.Length > 2 ? Wide(conv.Inputs[2]) - mean : -mean) * scale + beta;
        return (
            weight.to(ScalarType.Float32).DetachFromDisposeScope(),
            bias.to(ScalarType.Float32).DetachFromDisposeScope()
        );
    }
}
