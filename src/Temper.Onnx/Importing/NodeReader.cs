using System.Text;
using Temper.Errors;
using Temper.Models.Graphs.Ops;
using Temper.Onnx.Schema;
using Kind = Temper.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace Temper.Onnx.Importing;

/// <summary>Reads the attributes of a node; those that nobody asked for show at the end.</summary>
/// <remarks>What is damaged throws; what is valid but cannot be done here is kept in <see cref="Problem"/>.</remarks>
internal sealed class NodeReader
{
    /// <summary>Larger settings of windows than this are a mistake, and sums of them could run over.</summary>
    private const long Most = 1 << 20;

    private readonly Dictionary<string, AttributeProto> _attributes = new(StringComparer.Ordinal);
    private readonly string _path;

    public NodeReader(NodeProto node, long opset, string path)
    {
        (Node, Opset, _path) = (node, opset, path);
        foreach (var attribute in node.Attribute)
        {
            if (!_attributes.TryAdd(attribute.Name, attribute))
            {
                throw Damaged($"attribute '{Excerpt.Clean(attribute.Name)}' stands twice.");
            }
        }
    }

    public NodeProto Node { get; }

    /// <summary>The version of the standard's operators.</summary>
    public long Opset { get; }

    /// <summary>Why the node cannot be done here; null as long as it can.</summary>
    public string? Problem { get; private set; }

    /// <summary>How messages name the node.</summary>
    public string Label => LabelOf(Node);

    public static string LabelOf(NodeProto node) =>
        node.Name.Length > 0 ? $"node '{Excerpt.Clean(node.Name)}'"
        : node.Output.Count > 0 ? $"node of '{Excerpt.Clean(node.Output[0])}'"
        : "node without a name";

    /// <summary>Keeps why the node cannot be done here, the first reason if there are several.</summary>
    /// <returns>Always null, to be returned.</returns>
    public Value? Cannot(string problem)
    {
        Problem ??= problem;
        return null;
    }

    /// <summary>An error about a node that no reader could understand.</summary>
    public DataException Damaged(string problem) => new($"{_path}: {Label} ({Excerpt.Clean(Node.OpType)}): {problem}");

    public bool Has(string name) => _attributes.ContainsKey(name);

    public long Int(string name, long otherwise) => Take(name, Kind.Int)?.I ?? otherwise;

    public double Float(string name, double otherwise) => Take(name, Kind.Float)?.F ?? otherwise;

    public string Text(string name, string otherwise) =>
        Take(name, Kind.String) is { } found ? Encoding.UTF8.GetString(found.S.Span) : otherwise;

    public long[]? Ints(string name) => Take(name, Kind.Ints) is { } found ? [.. found.Ints] : null;

    public float[]? Floats(string name) => Take(name, Kind.Floats) is { } found ? [.. found.Floats] : null;

    public TensorProto? Tensor(string name) => Take(name, Kind.Tensor)?.T;

    /// <summary>Whole numbers of a length, each from a least one.</summary>
    public long[] Ints(string name, long[] otherwise, long least)
    {
        var found = Ints(name) ?? otherwise;
        return found.Length == otherwise.Length && Array.TrueForAll(found, v => v >= least && v <= Most)
            ? found
            : throw Damaged(
                $"attribute '{name}': found ({string.Join(", ", found.Take(8))}), expected {otherwise.Length} whole numbers from {least} to {Most}."
            );
    }

    /// <summary>The geometry of a window over an image.</summary>
    /// <param name="image">Height and width of the image.</param>
    /// <param name="kernel">Height and width of the window.</param>
    /// <param name="dilation">The distance between its cells.</param>
    public Window Window(long[] image, long[] kernel, long dilation)
    {
        var stride = Ints("strides", [1, 1], 1);
        var given = Ints("pads", [0, 0, 0, 0], 0);
        var auto = Text("auto_pad", "NOTSET");
        if (auto == "VALID")
        {
            given = [0, 0, 0, 0];
        }
        else if (auto is "SAME_UPPER" or "SAME_LOWER")
        {
            if (dilation != 1)
            {
                // onnxruntime refuses this as well, so there is nothing to hold the meaning against.
                Cannot($"{auto} with dilations");
            }
            for (var i = 0; i < 2; i++)
            {
                var cells = (image[i] + stride[i] - 1) / stride[i];
                var missing = Math.Max(0, ((cells - 1) * stride[i]) + ((kernel[i] - 1) * dilation) + 1 - image[i]);
                var less = missing / 2;
                (given[i], given[i + 2]) = auto == "SAME_UPPER" ? (less, missing - less) : (missing - less, less);
            }
        }
        else if (auto is not ("NOTSET" or ""))
        {
            throw Damaged(
                $"attribute 'auto_pad': found {Excerpt.Of(auto)}, expected NOTSET, VALID, SAME_UPPER or SAME_LOWER."
            );
        }
        return new(kernel[0], kernel[1], stride[0], stride[1], given[0], given[1], given[2], given[3]);
    }

    /// <summary>An axis counted from the front.</summary>
    public long Axis(long axis, int rank) =>
        axis >= -rank && axis < rank
            ? (axis + rank) % rank
            : throw Damaged($"axis: found {axis}, expected {-rank} to {rank - 1}.");

    /// <summary>Keeps the attributes that were not asked for as a problem.</summary>
    public void Finish()
    {
        if (_attributes.Keys.FirstOrDefault() is { } left)
        {
            Cannot($"attribute '{Excerpt.Clean(left)}'");
        }
    }

    private AttributeProto? Take(string name, Kind kind)
    {
        if (!_attributes.Remove(name, out var found))
        {
            return null;
        }
        // Files of 2017 do not tell the type.
        var fits = found.Type == kind || found.Type == Kind.Undefined;
        return fits && (kind != Kind.Tensor || found.T is not null)
            ? found
            : throw Damaged(
                $"attribute '{name}': found {found.Type.ToString().ToUpperInvariant()}, expected {kind.ToString().ToUpperInvariant()}."
            );
    }
}
