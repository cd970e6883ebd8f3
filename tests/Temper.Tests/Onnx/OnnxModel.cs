using System.Runtime.InteropServices;
using Google.Protobuf;
using Temper.Models;
using Temper.Numerics;
using Temper.Onnx.Schema;
using Kind = Temper.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace Temper.Tests.Onnx;

/// <summary>Writes small ONNX models for tests: input x of shape (N, 3, 7, 6) unless said otherwise, output y.</summary>
internal sealed class OnnxModel
{
    public static readonly InputShape Input = new(3, 7, 6);

    private int _stored;

    public OnnxModel(long opset = 13, long? batch = null, InputShape? input = null)
    {
        var shape = input ?? Input;
        Proto = new()
        {
            IrVersion = 8,
            Graph = new() { Name = "test" },
            OpsetImport =
            {
                new OperatorSetIdProto { Domain = "", Version = opset },
            },
        };
        Proto.Graph.Input.Add(Tensor("x", batch, shape.Channels, shape.Height, shape.Width));
        var output = Tensor("y");
        output.Type.TensorType.Shape = null;
        Proto.Graph.Output.Add(output);
    }

    public ModelProto Proto { get; }

    public byte[] Bytes => Proto.ToByteArray();

    /// <summary>A float32 value with dimensions; null for an open one.</summary>
    public static ValueInfoProto Tensor(string name, params long?[] dims)
    {
        var shape = new TensorShapeProto();
        foreach (var dim in dims)
        {
            shape.Dim.Add(
                dim is { } size ? new() { DimValue = size } : new TensorShapeProto.Types.Dimension { DimParam = "N" }
            );
        }
        return new()
        {
            Name = name,
            Type = new()
            {
                TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape },
            },
        };
    }

    /// <summary>Adds a node; the output is the last word before the attributes.</summary>
    public OnnxModel Node(string op, string[] inputs, string output, params (string Name, object Value)[] attributes)
    {
        var node = new NodeProto { OpType = op, Name = $"{op.ToLowerInvariant()}-{Proto.Graph.Node.Count}" };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        node.Attribute.AddRange(attributes.Select(a => Attribute(a.Name, a.Value)));
        Proto.Graph.Node.Add(node);
        return this;
    }

    /// <summary>Stores random values in [low, high].</summary>
    public string Random(double low, double high, params long[] dims)
    {
        var values = new float[dims.Aggregate(1L, (a, b) => a * b)];
        new Rng(7).FillUniform(values, [_stored], 0, 0);
        return Floats([.. values.Select(v => (float)(low + ((high - low) * v)))], dims);
    }

    public string Floats(float[] values, params long[] dims)
    {
        var tensor = new TensorProto
        {
            Name = $"stored.{_stored++}",
            DataType = (int)TensorProto.Types.DataType.Float,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values)),
        };
        tensor.Dims.AddRange(dims);
        Proto.Graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    public string Wholes(params long[] values)
    {
        var tensor = Row(values);
        tensor.Name = $"stored.{_stored++}";
        Proto.Graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    /// <summary>A truth value without dimensions.</summary>
    public string Truth(bool value)
    {
        var tensor = new TensorProto
        {
            Name = $"stored.{_stored++}",
            DataType = (int)TensorProto.Types.DataType.Bool,
            Int32Data = { value ? 1 : 0 },
        };
        Proto.Graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    public static TensorProto Row(params long[] values) =>
        new()
        {
            DataType = (int)TensorProto.Types.DataType.Int64,
            Dims = { values.Length },
            Int64Data = { values },
        };

    public static TensorProto Scalar(long value) =>
        new() { DataType = (int)TensorProto.Types.DataType.Int64, Int64Data = { value } };

    public static AttributeProto Attribute(string name, object value)
    {
        var attribute = new AttributeProto { Name = name };
        switch (value)
        {
            case int number:
                (attribute.Type, attribute.I) = (Kind.Int, number);
                break;
            case double number:
                (attribute.Type, attribute.F) = (Kind.Float, (float)number);
                break;
            case string text:
                (attribute.Type, attribute.S) = (Kind.String, ByteString.CopyFromUtf8(text));
                break;
            case TensorProto tensor:
                (attribute.Type, attribute.T) = (Kind.Tensor, tensor);
                break;
            case int[] numbers:
                attribute.Type = Kind.Ints;
                attribute.Ints.AddRange(numbers.Select(n => (long)n));
                break;
            case double[] numbers:
                attribute.Type = Kind.Floats;
                attribute.Floats.AddRange(numbers.Select(n => (float)n));
                break;
            default:
                throw new ArgumentException($"no attribute of {value.GetType()}", nameof(value));
        }
        return attribute;
    }

    /// <summary>Writes the model into a new file of the folder.</summary>
    public string Write(string folder)
    {
        var path = Path.Combine(folder, $"{Guid.NewGuid():N}.onnx");
        File.WriteAllBytes(path, Bytes);
        return path;
    }
}
