using Temper.Models.Graphs.Ops;
using Temper.Models.Passes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Temper.Models.Graphs;

/// <summary>A graph with its weights, as a module that computes scores and trains.</summary>
/// <remarks>Parameters and buffers are registered under the names the graph gives them.</remarks>
public sealed class GraphModule : nn.Module<Tensor, Tensor>
{
    private readonly GraphStep[] _steps;
    private readonly long _imageValues;
    private readonly long _kernelValues;
    private Dictionary<int, long[]>? _shapes;
    private readonly int _values;
    private readonly int _output;
    private readonly Dictionary<string, int> _slots = new(StringComparer.Ordinal);

    /// <summary>Makes the module and its initial weights, from torch's own generator, in the graph's order.</summary>
    /// <param name="graph">The graph.</param>
    /// <exception cref="Errors.ModelException">The graph is not sound.</exception>
    public GraphModule(NetworkGraph graph)
        : base(nameof(GraphModule))
    {
        graph.Classes();
        Graph = graph;
        foreach (var parameter in graph.Parameters)
        {
            var isCounter = parameter.Role == ParameterRole.Counter;
            var value = zeros([.. parameter.Shape], dtype: isCounter ? ScalarType.Int64 : ScalarType.Float32)
                .DetachFromDisposeScope();
            parameter.Initial.Fill(value);
            if (parameter.Role == ParameterRole.Weight)
            {
                register_parameter(parameter.Name, (Parameter)new Parameter(value).DetachFromDisposeScope());
            }
            else
            {
                register_buffer(parameter.Name, value);
            }
        }
        _slots[graph.Input] = 0;
        foreach (var value in graph.Parameters.Select(p => p.Name).Concat(graph.Nodes.Select(n => n.Output)))
        {
            _slots[value] = _slots.Count;
        }
        _values = _slots.Count;
        _output = _slots[graph.Output];
        _steps = Plan(graph);
        var shapes = graph.Shapes(1);
        foreach (var conv in graph.Nodes.Where(n => n.Op is Conv))
        {
            _imageValues += Values(shapes[conv.Output]);
            _kernelValues += Values(shapes[conv.Inputs[1]]);
        }
    }

    /// <summary>Gets the graph.</summary>
    public NetworkGraph Graph { get; }

    /// <summary>Gets or sets how it computes: part of the arithmetic, so set it before the first pass and leave it.</summary>
    public PassSettings Passes { get; set; } = PassSettings.Fast;

    /// <summary>Gets the steps; slot 0 is the input.</summary>
    internal IReadOnlyList<GraphStep> Steps => _steps;

    /// <summary>Gets the slot of the scores.</summary>
    internal int OutputSlot => _output;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var values = Weights();
        values[0] = Arranged(input);
        foreach (var step in _steps)
        {
            var inputs = new Tensor[step.Inputs.Length];
            for (var i = 0; i < inputs.Length; i++)
            {
                inputs[i] = values[step.Inputs[i]]!;
            }
            values[step.Output] = step.Op.Apply(inputs, training);
            foreach (var done in step.Done)
            {
                values[done]!.Dispose();
            }
        }
        return values[_output]!.MoveToOuterDisposeScope();
    }

    /// <summary>The weights in their slots, all other slots empty; borrowed.</summary>
    internal Tensor?[] Weights()
    {
        var values = new Tensor?[_values];
        // Asked for each time: moving a module to a device replaces its tensors.
        foreach (var (name, parameter) in named_parameters(recurse: false))
        {
            values[_slots[name]] = parameter;
        }
        foreach (var (name, buffer) in named_buffers(recurse: false))
        {
            values[_slots[name]] = buffer;
        }
        return values;
    }

    /// <summary>The shapes of all values, for a batch of one, by slot.</summary>
    internal IReadOnlyDictionary<int, long[]> ShapesBySlot() =>
        _shapes ??= Graph.Shapes(1).ToDictionary(value => _slots[value.Key], value => value.Value);

    /// <summary>Whether the images of a batch are kept with channels last.</summary>
    /// <param name="batch">The number of examples.</param>
    /// <remarks>
    /// Libtorch turns the weights of a convolution round at every call; where they weigh more than the images, that costs more than the
    /// layout brings.
    /// </remarks>
    internal bool KeepsChannelsLast(long batch) => Passes.ChannelsLast && batch * _imageValues > 2 * _kernelValues;

    /// <summary>The input in the layout the convolutions work in; a new handle.</summary>
    /// <param name="input">Shape (N, C, H, W).</param>
    internal Tensor Arranged(Tensor input) =>
        KeepsChannelsLast(input.shape[0]) ? Layout.ChannelsLast(input) : input.alias();

    private GraphStep[] Plan(NetworkGraph graph)
    {
        var last = new Dictionary<int, int>();
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            foreach (var value in graph.Nodes[i].Inputs.Append(graph.Nodes[i].Output))
            {
                last[_slots[value]] = i;
            }
        }
        // Weights and the input are borrowed, and the output is handed on; everything else goes after its last use.
        var made = graph.Nodes.Select(n => _slots[n.Output]).Where(slot => slot != _output).ToHashSet();
        return
        [
            .. graph.Nodes.Select(
                (node, i) =>
                    new GraphStep(
                        node.Op,
                        [.. node.Inputs.Select(value => _slots[value])],
                        _slots[node.Output],
                        [.. last.Where(l => l.Value == i && made.Contains(l.Key)).Select(l => l.Key)]
                    )
            ),
        ];
    }

    private static long Values(long[] shape) => shape.Aggregate(1L, (a, b) => a * b);
}
