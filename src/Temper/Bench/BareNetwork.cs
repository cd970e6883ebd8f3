using Temper.Models.Graphs;
using static TorchSharp.torch;

namespace Temper.Bench;

/// <summary>The one place that says what network the bare side runs.</summary>
internal static class BareNetwork
{
    /// <summary>A network with the same weights that takes no fast path.</summary>
    /// <param name="source">The network; borrowed.</param>
    /// <returns>A module of its own; the caller disposes it.</returns>
    public static nn.Module<Tensor, Tensor> Of(GraphModule source) => new PlainModule(source);
}
