using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;
using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Training.Certified;

/// <summary>Initial weights with which intervals neither grow nor shrink from layer to layer (Shi et al. 2021, section 4.2).</summary>
internal static class IntervalInitial
{
    /// <summary>Draws the weights of all linear layers and convolutions but the last anew: normal, of deviation √(2π) / fan-in.</summary>
    /// <param name="module">The network; another than a graph is left as it is.</param>
    /// <param name="rng">The stream.</param>
    public static void Draw(nn.Module module, Rng rng)
    {
        if (module is not GraphModule graph)
        {
            return;
        }
        using var noGrad = no_grad();
        var weights = graph.Weights();
        Tensor[] layers =
        [
            .. graph.Steps.Where(s => s.Op is Conv or Linear).Select(s => weights[s.Inputs[1]]).OfType<Tensor>(),
        ];
        manual_seed(rng.TorchSeed(0));
        foreach (var weight in layers.SkipLast(1))
        {
            var fanIn = weight.NumberOfElements / weight.shape[0];
            nn.init.normal_(weight, 0, Math.Sqrt(2 * Math.PI) / fanIn);
        }
    }
}
