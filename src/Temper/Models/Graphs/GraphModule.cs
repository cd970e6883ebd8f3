using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Temper.Models.Graphs;

/// <summary>A graph with its weights, as a module that computes scores and trains.</summary>
/// <remarks>Parameters and buffers are registered under the names the graph gives them.</remarks>
public sealed class GraphModule : nn.Module<Tensor, Tensor>
{
    private readonly Step[] _steps;
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
    }

    /// <summary>Gets the graph.</summary>
    public NetworkGraph Graph { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var values = new Tensor?[_values];
        values[0] = input;
        // Asked for each time: moving a module to a device replaces its tensors.
        foreach (var (name, parameter) in named_parameters(recurse: false))
        {
            values[_slots[name]] = parameter;
        }
        foreach (var (name, buffer) in named_buffers(recurse: false))
        {
            values[_slots[name]] = buffer;
        }
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
        var scores = values[_output]!;
        return (ReferenceEquals(scores, input) ? scores.alias() : scores).MoveToOuterDisposeScope();
    }

    private Step[] Plan(NetworkGraph graph)
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
                    new Step(
                        node.Op,
                        [.. node.Inputs.Select(value => _slots[value])],
                        _slots[node.Output],
                        [.. last.Where(l => l.Value == i && made.Contains(l.Key)).Select(l => l.Key)]
                    )
            ),
        ];
    }

    private sealed record Step(GraphOp Op, int[] Inputs, int Output, int[] Done);
}
