using System.Runtime.InteropServices;
using Google.Protobuf;
using Temper.Models.Graphs;
using Temper.Numerics;
using Temper.Onnx.Schema;
using static TorchSharp.torch;

namespace Temper.Onnx.Exporting;

/// <summary>Writes the graph of a network. Names of tensors stay those of the weights.</summary>
internal sealed class GraphWriter
{
    public const int Opset = 13;

    private readonly GraphProto _graph = new() { Name = "temper" };
    private readonly NetworkGraph _network;
    private readonly Dictionary<string, Tensor> _tensors;
    private readonly IReadOnlyDictionary<string, long[]> _shapes;

    // Name in the network → name in the file, where they differ.
    private readonly Dictionary<string, string> _renamed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    public GraphWriter(GraphModule module)
    {
        const int AnyBatch = 3;
        _network = module.Graph;
        _shapes = _network.Shapes(AnyBatch);
        _tensors = Models.Weights.State(module).ToDictionary(s => s.Name, s => s.Value, StringComparer.Ordinal);
    }

    public GraphProto Write()
    {
        var shape = _network.InputShape;
        _renamed[_network.Input] = OnnxExport.InputName;
        _graph.Input.Add(Face(OnnxExport.InputName, shape.Channels, shape.Height, shape.Width));
        _graph.Output.Add(Face(OnnxExport.OutputName, _network.Classes()));
        foreach (var node in _network.Nodes)
        {
            OperatorWriter.Write(this, node);
        }
        NameOutput(NameOf(_network.Output));
        return _graph;
    }

    /// <summary>The shape of a value of the network, for some number of inputs.</summary>
    public long[] ShapeOf(string value) => _shapes[value];

    /// <summary>Says that a value is the same as another.</summary>
    public void Alias(string value, string other) => _renamed[value] = NameOf(other);

    /// <summary>Writes a node whose inputs and output are values of the network.</summary>
    public void Node(
        string op,
        IReadOnlyList<string> inputs,
        string output,
        params (string Name, object Value)[] attributes
    )
    {
        var node = new NodeProto { OpType = op, Name = $"{op}_{_graph.Node.Count}" };
        node.Input.AddRange(inputs.Select(NameOf));
        node.Output.Add(FileName(output));
        node.Attribute.AddRange(attributes.Select(a => Attribute(a.Name, a.Value)));
        _graph.Node.Add(node);
    }

    /// <summary>Stores whole numbers that an operator takes as an input.</summary>
    public string Wholes(string name, params IReadOnlyList<long> values)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Int64 };
        tensor.Dims.Add(values.Count);
        tensor.Int64Data.AddRange(values);
        _graph.Initializer.Add(tensor);
        _written.Add(name);
        return name;
    }

    /// <summary>Stores a number that an operator takes as an input.</summary>
    public string Number(string name, double value)
    {
        _graph.Initializer.Add(
            new TensorProto
            {
                Name = name,
                DataType = (int)TensorProto.Types.DataType.Float,
                FloatData = { (float)value },
            }
        );
        _written.Add(name);
        return name;
    }

    /// <summary>The name of a value in the file; a tensor of the network is stored when it is first used.</summary>
    private string NameOf(string value)
    {
        if (_renamed.TryGetValue(value, out var renamed))
        {
            return renamed;
        }
        var name = FileName(value);
        if (_tensors.TryGetValue(value, out var tensor) && _written.Add(value))
        {
            var stored = new TensorProto
            {
                Name = name,
                DataType = (int)TensorProto.Types.DataType.Float,
                RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(Tensors.ToArray<float>(tensor))),
            };
            stored.Dims.AddRange(tensor.shape);
            _graph.Initializer.Add(stored);
        }
        return name;
    }

    /// <summary>Two names are the file's own.</summary>
    private static string FileName(string value) =>
        value is OnnxExport.InputName or OnnxExport.OutputName ? $"{value}_" : value;

    private void NameOutput(string found)
    {
        var maker = _graph.Node.FirstOrDefault(n => n.Output.Contains(found));
        if (maker is null)
        {
            var same = new NodeProto { OpType = "Identity", Name = $"Identity_{_graph.Node.Count}" };
            same.Input.Add(found);
            same.Output.Add(OnnxExport.OutputName);
            _graph.Node.Add(same);
            return;
        }
        maker.Output[maker.Output.IndexOf(found)] = OnnxExport.OutputName;
        foreach (var node in _graph.Node)
        {
            for (var i = 0; i < node.Input.Count; i++)
            {
                node.Input[i] = node.Input[i] == found ? OnnxExport.OutputName : node.Input[i];
            }
        }
    }

    private static ValueInfoProto Face(string name, params int[] dims)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "N" });
        shape.Dim.AddRange(dims.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        return new()
        {
            Name = name,
            Type = new()
            {
                TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape },
            },
        };
    }

    private static AttributeProto Attribute(string name, object value)
    {
        var attribute = new AttributeProto { Name = name };
        switch (value)
        {
            case long number:
                (attribute.Type, attribute.I) = (AttributeProto.Types.AttributeType.Int, number);
                break;
            case double number:
                (attribute.Type, attribute.F) = (AttributeProto.Types.AttributeType.Float, (float)number);
                break;
            default:
                attribute.Type = AttributeProto.Types.AttributeType.Ints;
                attribute.Ints.AddRange((long[])value);
                break;
        }
        return attribute;
    }
}
