using System.Text.RegularExpressions;
using Temper.Errors;
using Temper.Models;
using Temper.Models.Graphs;
using Temper.Onnx.Reading;
using Temper.Onnx.Schema;

namespace Temper.Onnx.Importing;

/// <summary>The names of an ONNX graph and what they stand for, while the network is built.</summary>
internal sealed partial class ImportScope
{
    /// <summary>More values of one input than this at any one place (64 MB) are a mistake or an attack on the memory.</summary>
    private const long MostValues = 1 << 24;

    private readonly Dictionary<string, Value> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<StoredTensor, string> _parameters = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _used;
    private readonly HashSet<string> _parameterNames = new(StringComparer.Ordinal);
    private readonly GraphBuilder _builder;
    private readonly string _path;

    public ImportScope(GraphProto graph, ModelInterface face, InputShape input, string path)
    {
        _path = path;
        _builder = new(input);
        Batch = face.Batch;
        _used = graph.Node.SelectMany(n => n.Input).Append(face.Output).ToHashSet(StringComparer.Ordinal);
        _values[face.Input] = new Computed(_builder.Input);
        foreach (var tensor in graph.Initializer)
        {
            if (!_values.TryAdd(tensor.Name, FromFile(tensor)))
            {
                throw new DataException($"{path}: the name '{Excerpt.Clean(tensor.Name)}' stands twice.");
            }
        }
        foreach (var sparse in graph.SparseInitializer)
        {
            _values.TryAdd(sparse.Values?.Name ?? "", new Unknown("a sparse tensor"));
        }
    }

    /// <summary>The number of inputs the graph was written for; null for any.</summary>
    public int? Batch { get; }

    /// <summary>A tensor of the file as a value.</summary>
    public static Value FromFile(TensorProto tensor) =>
        StoredTensor.Of(tensor) is { } stored
            ? new Stored(stored)
            : new Unknown($"a tensor of type {StoredTensor.TypeName(tensor.DataType)}");

    /// <summary>What the inputs of a node stand for; null for an optional one that is left out.</summary>
    public Value?[] Inputs(NodeReader reader) =>
        [
            .. reader.Node.Input.Select(name =>
                name.Length == 0 ? null
                : _values.TryGetValue(name, out var value) ? value
                : throw reader.Damaged($"it uses '{Excerpt.Clean(name)}', which nothing before it makes.")
            ),
        ];

    /// <summary>An output beside the first that some node reads; null for none.</summary>
    public string? SecondOutput(NodeProto node) => node.Output.Skip(1).FirstOrDefault(_used.Contains);

    /// <summary>Gives the first output of a node its meaning; further outputs have none.</summary>
    public void Define(NodeReader reader, Value value)
    {
        for (var i = 0; i < reader.Node.Output.Count; i++)
        {
            if (
                reader.Node.Output[i] is { Length: > 0 } name
                && !_values.TryAdd(name, i == 0 ? value : new Unknown(null))
            )
            {
                throw reader.Damaged($"it makes '{Excerpt.Clean(name)}', which is there already.");
            }
        }
    }

    /// <summary>Marks the outputs of a node as not to be had.</summary>
    public void DefineUnknown(NodeReader reader) => Define(reader, new Unknown(null));

    /// <summary>The shape of a computed value without the number of inputs.</summary>
    public IReadOnlyList<long> ShapeOf(Computed value) => _builder.ShapeOf(value.Name);

    /// <summary>Adds an operator to the network.</summary>
    public Computed Add(NodeReader reader, GraphOp op, params IReadOnlyList<string> inputs)
    {
        try
        {
            var name = _builder.Add(op, inputs);
            var values = _builder.ShapeOf(name).Aggregate(1.0, (a, b) => a * b);
            return values is >= 1 and <= MostValues
                ? new Computed(name)
                : throw reader.Damaged($"its result has {values} values per input, expected 1 to {MostValues}.");
        }
        catch (ModelException e)
        {
            throw new ModelException($"{_path}: {reader.Label}: {e.Message}", e);
        }
    }

    /// <summary>Puts a tensor of the file into the network.</summary>
    /// <param name="reader">Who needs it.</param>
    /// <param name="tensor">The tensor, float32.</param>
    /// <param name="role">What it is for.</param>
    /// <returns>Its name in the network.</returns>
    public string Store(NodeReader reader, StoredTensor tensor, ParameterRole role)
    {
        if (_parameters.TryGetValue(tensor, out var known))
        {
            return known;
        }
        if (tensor.Floats is not { Length: > 0 } values)
        {
            throw reader.Damaged(
                $"tensor '{Excerpt.Clean(tensor.Name)}': found {(tensor.Floats is null ? "whole numbers" : "no values")}, expected float32 values."
            );
        }
        // The network names its own values v0, v1, …, and the input x.
        var name = Plain().IsMatch(tensor.Name) ? tensor.Name : "constant";
        for (var number = 1; !_parameterNames.Add(name); number++)
        {
            name = $"{(Plain().IsMatch(tensor.Name) ? tensor.Name : "constant")}_{number}";
        }
        return _parameters[tensor] = _builder.Store(name, tensor.Dims, role, Initial.Values(values));
    }

    /// <summary>The finished network.</summary>
    /// <param name="output">The name of the output in the file.</param>
    public NetworkGraph Finish(string output)
    {
        if (!_values.TryGetValue(output, out var value))
        {
            throw new DataException($"{_path}: field graph.output: nothing makes '{Excerpt.Clean(output)}'.");
        }
        if (value is not Computed scores)
        {
            throw new ModelException($"{_path}: its output '{Excerpt.Clean(output)}' does not depend on the input.");
        }
        var shape = ShapeOf(scores);
        return shape is [> 0 and <= int.MaxValue]
            ? _builder.Build(scores.Name)
            : throw new ModelException(
                $"{_path}: field graph.output '{Excerpt.Clean(output)}': found scores of shape ({string.Join(", ", shape.Prepend(0).Select((d, i) => i == 0 ? "N" : $"{d}"))}), expected (N, classes)."
            );
    }

    [GeneratedRegex(@"^(?!(x|v\d+|constant(_\d+)?)\z)[A-Za-z_][\w./:-]{0,199}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Plain();
}
