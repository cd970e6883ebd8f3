using System.Runtime.InteropServices;
using Temper.Errors;
using Temper.Models;
using Temper.Models.Graphs;
using Temper.Onnx.Importing;
using Temper.Onnx.Reading;
using Temper.Onnx.Running;
using Temper.Onnx.Schema;
using Temper.Runs;
using Temper.Serialization;
using Temper.Workflow;
using static TorchSharp.torch;

namespace Temper.Onnx;

/// <summary>ONNX files: with gradients where every operator is known, else through their scores.</summary>
[Component("onnx", "ONNX file", "the ONNX operator specification, operator sets 7 to 21")]
public sealed class OnnxFormat : ModelFormat
{
    /// <inheritdoc/>
    public override string Extension => ".onnx";

    /// <summary>Loads onnxruntime and asks for its version.</summary>
    /// <exception cref="NativeLibraryException">onnxruntime does not load.</exception>
    public static string RuntimeVersion() => OnnxSession.Version();

    /// <inheritdoc/>
    public override ModelFile Open(string path, InputShape input)
    {
        var model = ModelReader.Read(path);
        var face = ModelInterface.Of(model.Graph, input, path);
        var import = GraphImport.Run(model, face, input, path);
        var metadata = Metadata(model);
        var (classifier, parameters) = import.Graph is { } graph
            ? WithGradients(graph, input, path)
            : (new OnnxScoresClassifier(model.ToBytes(), face, input, path), StoredValues(model));
        return new(
            classifier,
            path,
            Hashes.Sha256OfFile(path),
            metadata.GetValueOrDefault("temper.architecture") ?? "unknown",
            parameters,
            metadata.GetValueOrDefault("temper.trained-for") ?? "unknown"
        )
        {
            Statements = metadata,
            Notes = import.Reason is { } reason ? [Note(reason)] : [],
        };
    }

    /// <summary>What must be said of a model without a differentiable form.</summary>
    internal static string Note(string reason) => $"{reason}: attacked through its scores only.";

    private static (IClassifier, long) WithGradients(NetworkGraph graph, InputShape input, string path)
    {
        var module = new GraphModule(graph);
        var model = new ModuleClassifier(module, input, graph.Classes(), kind: "onnx");
        try
        {
            // A file describes a network that is used, not trained.
            module.eval();
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            model.Logits(zeros(1, input.Channels, input.Height, input.Width));
            return (model, module.parameters().Sum(p => p.numel()));
        }
        catch (ExternalException e)
        {
            model.Dispose();
            throw new ModelException($"{path}: the network cannot be computed ({Excerpt.Clean(e.Message)}).", e);
        }
    }

    /// <summary>What the file says about the model, as far as Temper wrote it.</summary>
    private static SortedDictionary<string, string> Metadata(ModelProto model)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in model.MetadataProps.Where(e => e.Key.StartsWith("temper.", StringComparison.Ordinal)))
        {
            found.TryAdd(entry.Key, entry.Value);
        }
        return found;
    }

    private static long StoredValues(ModelProto model) =>
        model
            .Graph.Initializer.Where(t => t.DataType is not (int)TensorProto.Types.DataType.Int64)
            .Sum(t => t.Dims.Aggregate(1L, (a, b) => a * b));
}
