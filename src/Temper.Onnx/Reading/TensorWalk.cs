using Temper.Onnx.Schema;

namespace Temper.Onnx.Reading;

/// <summary>Finds every tensor of a model, those in attributes, sub-graphs and functions as well.</summary>
internal static class TensorWalk
{
    public static IEnumerable<(TensorProto Tensor, string Place)> All(ModelProto model) =>
        [
            .. Of(model.Graph),
            .. model.Functions.SelectMany(f =>
                f.Node.SelectMany(Of).Concat(f.AttributeProto.SelectMany(a => Of(a, Name(f.Name, "function"))))
            ),
        ];

    /// <summary>The nodes of a model, those in sub-graphs and functions as well.</summary>
    public static IEnumerable<NodeProto> Nodes(ModelProto model) =>
        [.. Nodes(model.Graph.Node), .. model.Functions.SelectMany(f => Nodes(f.Node))];

    private static IEnumerable<NodeProto> Nodes(IEnumerable<NodeProto> nodes) =>
        nodes.SelectMany(node =>
            (NodeProto[])
                [
                    node,
                    .. node.Attribute.SelectMany(a =>
                        Nodes((a.G?.Node ?? []).Concat(a.Graphs.SelectMany(g => g.Node)))
                    ),
                ]
        );

    private static IEnumerable<(TensorProto, string)> Of(GraphProto graph) =>
        [
            .. graph.Initializer.Select(t => (t, Name(t.Name, "tensor"))),
            .. graph.SparseInitializer.SelectMany(s => Of(s, "sparse tensor")),
            .. graph.Node.SelectMany(Of),
        ];

    private static IEnumerable<(TensorProto, string)> Of(NodeProto node) =>
        node.Attribute.SelectMany(a => Of(a, Name(node.Name, $"node {Errors.Excerpt.Clean(node.OpType)}")));

    private static IEnumerable<(TensorProto, string)> Of(AttributeProto attribute, string place)
    {
        var where = $"{place}, attribute '{Errors.Excerpt.Clean(attribute.Name)}'";
        return
        [
            .. attribute.T is null ? [] : (IEnumerable<(TensorProto, string)>)[(attribute.T, where)],
            .. attribute.Tensors.Select(t => (t, where)),
            .. attribute.G is null ? [] : Of(attribute.G),
            .. attribute.Graphs.SelectMany(Of),
            .. attribute.SparseTensor is null ? [] : Of(attribute.SparseTensor, where),
            .. attribute.SparseTensors.SelectMany(s => Of(s, where)),
        ];
    }

    private static IEnumerable<(TensorProto, string)> Of(SparseTensorProto sparse, string place) =>
        ((TensorProto?[])[sparse.Values, sparse.Indices]).OfType<TensorProto>().Select(t => (t, place));

    private static string Name(string name, string kind) =>
        name.Length == 0 ? kind : $"{kind} '{Errors.Excerpt.Clean(name)}'";
}
