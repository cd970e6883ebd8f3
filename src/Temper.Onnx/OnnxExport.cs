using Temper.Errors;
using Temper.Models.Graphs;
using Temper.Onnx.Exporting;
using Temper.Onnx.Reading;
using Temper.Onnx.Schema;

namespace Temper.Onnx;

/// <summary>Writes networks as ONNX: operator set 13, float32, any number of inputs at once.</summary>
public static class OnnxExport
{
    /// <summary>The name of the input, shape (N, C, H, W).</summary>
    public const string InputName = "input";

    /// <summary>The name of the scores, shape (N, classes).</summary>
    public const string OutputName = "scores";

    /// <summary>Operator set 13 came with version 7 of the file format.</summary>
    private const int FileVersion = 7;

    /// <summary>Writes a network with its weights. BatchNorm goes by its running statistics, and dropout is left out.</summary>
    /// <param name="module">The network; borrowed.</param>
    /// <param name="metadata">What the file says about the model, written as its metadata.</param>
    /// <returns>The bytes of the file.</returns>
    /// <exception cref="ModelException">An operator of a plugin has no form in ONNX, or the file would be larger than 2 GB.</exception>
    public static byte[] ToBytes(GraphModule module, IReadOnlyDictionary<string, string> metadata)
    {
        var model = new ModelProto
        {
            IrVersion = FileVersion,
            ProducerName = "Temper",
            ProducerVersion = Workflow.EnvironmentCard.Version,
            Graph = new GraphWriter(module).Write(),
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = GraphWriter.Opset });
        foreach (var (key, value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        }
        return model.ToBytes();
    }
}
