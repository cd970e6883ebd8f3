using Temper.Models.Graphs;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Temper.Bench;

/// <summary>A network as one would write it by hand: operator after operator, with autograd and nothing else.</summary>
/// <remarks>
/// What a fast path is measured against, so it takes none: no early disposal, no other algorithm. It begins with copies of the
/// weights and buffers of the module it is made from, under the same names.
/// </remarks>
internal sealed class PlainModule : nn.Module<Tensor, Tensor>
{
    private readonly NetworkGraph _graph;
    private readonly Dictionary<string, Tensor> _stored = new(StringComparer.Ordinal);

    /// <summary>Copies a network.</summary>
    /// <param name="source">The network; borrowed.</param>
    public PlainModule(GraphModule source)
        : base(nameof(PlainModule))
    {
        _graph = source.Graph;
        using var scope = NewDisposeScope();
        foreach (var (name, parameter) in source.named_parameters(recurse: false))
        {
            var copy = parameter.detach().clone().DetachFromDisposeScope();
            var mine = (Parameter)new Parameter(copy).DetachFromDisposeScope();
            register_parameter(name, mine);
            _stored[name] = mine;
        }
        foreach (var (name, buffer) in source.named_buffers(recurse: false))
        {
            var mine = buffer.detach().clone().DetachFromDisposeScope();
            register_buffer(name, mine);
            _stored[name] = mine;
        }
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var values = new Dictionary<string, Tensor>(_stored, StringComparer.Ordinal) { [_graph.Input] = input };
        foreach (var node in _graph.Nodes)
        {
            values[node.Output] = node.Op.Apply([.. node.Inputs.Select(name => values[name])], training);
        }
        var scores = values[_graph.Output];
        return (ReferenceEquals(scores, input) ? scores.alias() : scores).MoveToOuterDisposeScope();
    }
}
