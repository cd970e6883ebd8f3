using System.Diagnostics;
using Temper.Models.Graphs;
using static TorchSharp.torch;

namespace Temper.Bench;

/// <summary>Times each operator of a network by itself: its forward pass and the gradient for its input.</summary>
internal static class LayerTimes
{
    private const int Runs = 5;
    private const double Giga = 1e9;
    private const string WeightEnding = ".weight";

    /// <summary>Measures.</summary>
    /// <param name="network">The network's name.</param>
    /// <param name="module">The network; borrowed.</param>
    /// <param name="x">Inputs; borrowed.</param>
    /// <param name="peak">The machine's matrix product.</param>
    public static IReadOnlyList<LayerRow> Measure(string network, GraphModule module, Tensor x, PeakRow peak)
    {
        using var scope = NewDisposeScope();
        var values = new Dictionary<string, Tensor>(StringComparer.Ordinal) { [module.Graph.Input] = x };
        foreach (var (name, value) in module.state_dict())
        {
            values[name] = value.detach();
        }
        var stored = module.Graph.Parameters.Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        var batch = (int)x.shape[0];
        var rows = new List<LayerRow>();
        foreach (var flops in GraphFlops.Of(module.Graph).Nodes)
        {
            var node = flops.Node;
            Tensor[] inputs = [.. node.Inputs.Select(name => values[name])];
            bool[] back = [.. node.Inputs.Select(name => !stored.Contains(name))];
            var (forward, gradient) = Median(node.Op, inputs, back);
            using (no_grad())
            {
                values[node.Output] = node.Op.Apply(inputs, training: false);
            }
            var giga = batch * (flops.Forward + flops.InputGradient) / Giga;
            rows.Add(
                new(
                    network,
                    batch,
                    NameOf(node),
                    node.Op.Name,
                    forward,
                    gradient,
                    giga,
                    giga > 0 ? giga / (forward + gradient) / peak.GigaflopPerSecond : null,
                    giga > 0 ? inputs[1].shape : null
                )
            );
        }
        return rows;
    }

    private static string NameOf(GraphNode node) =>
        node.Inputs.Skip(1).FirstOrDefault(name => name.EndsWith(WeightEnding, StringComparison.Ordinal)) is { } weight
            ? weight[..^WeightEnding.Length]
            : node.Output;

    private static (double Forward, double Gradient) Median(GraphOp op, Tensor[] inputs, bool[] back)
    {
        var (forwards, gradients) = (new double[Runs], new double[Runs]);
        for (var run = -1; run < Runs; run++)
        {
            var (forward, gradient) = Once(op, inputs, back);
            if (run >= 0)
            {
                (forwards[run], gradients[run]) = (forward, gradient);
            }
        }
        return (Medians.Of(forwards), Medians.Of(gradients));
    }

    private static (double Forward, double Gradient) Once(GraphOp op, Tensor[] inputs, bool[] back)
    {
        using var scope = NewDisposeScope();
        Tensor[] mine = [.. inputs.Select((t, i) => back[i] ? t.detach().requires_grad_() : t)];
        Tensor[] leaves = [.. mine.Where((_, i) => back[i])];
        var clock = Stopwatch.StartNew();
        var result = op.Apply(mine, training: false);
        var forward = clock.Elapsed.TotalSeconds;
        if (leaves.Length == 0)
        {
            return (forward, 0);
        }
        var seed = ones_like(result);
        clock.Restart();
        autograd.grad([result], leaves, [seed]);
        return (forward, clock.Elapsed.TotalSeconds);
    }
}
