using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Temper.Data;
using Temper.Errors;
using Temper.Models;
using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;
using Temper.Numerics;
using Temper.Onnx.Reading;
using Temper.Serialization;
using Temper.Workflow;
using static TorchSharp.torch;

namespace Temper.Onnx;

/// <summary>Exports a model, has onnxruntime compute it, and keeps the file only where both agree.</summary>
public static class ExportRun
{
    /// <summary>The largest difference of scores that is taken for rounding.</summary>
    public const double Tolerance = 1e-4;

    private const int RandomInputs = 64;
    private const int MostExamples = 256;

    /// <summary>Exports a model.</summary>
    /// <param name="source">The model and the data to check on.</param>
    /// <param name="path">The file, replaced atomically and only once the check has passed.</param>
    /// <exception cref="ModelException">The model is not known as a graph, or holds an operator without a form in ONNX.</exception>
    /// <exception cref="RunFailedException">The scores of the exported network differ, or the file cannot be written.</exception>
    /// <exception cref="NativeLibraryException">onnxruntime does not load.</exception>
    public static ExportOutcome Run(ExportSource source, string path)
    {
        var model = source.Model;
        if ((model.Classifier as ModuleClassifier)?.Module is not GraphModule module)
        {
            throw new ModelException(
                $"{model.Path}: a model of kind '{model.Classifier.Kind}' is not known as a graph, so it cannot be exported; what can: built-in architectures and layer lists (a run's folder, weights in safetensors), networks of plugins written as a graph, and ONNX files whose operators are all known."
            );
        }
        var bytes = OnnxExport.ToBytes(module, Metadata(model, module));
        var face = new ModelInterface(OnnxExport.InputName, OnnxExport.OutputName, Batch: null);
        using var exported = new OnnxScoresClassifier(bytes, face, model.Classifier.Input, path);
        var examples = Math.Min(MostExamples, source.Set?.Count ?? 0);
        var largest = Math.Max(
            Difference(model.Classifier, exported, Random(model.Classifier.Input)),
            examples == 0 ? 0 : Difference(model.Classifier, exported, Examples(source.Set!, examples))
        );
        // A score that is not a number is on the wrong side of this.
        if (!(largest <= Tolerance))
        {
            throw new RunFailedException(
                $"{path}: not written: the scores onnxruntime computes from the exported network differ by up to {largest.ToString("G3", CultureInfo.InvariantCulture)}, expected at most {Tolerance.ToString(CultureInfo.InvariantCulture)}."
            );
        }
        AtomicFile.WriteBytes(path, bytes);
        return new(path, bytes.Length, largest, RandomInputs, examples);
    }

    private static double Difference(IClassifier model, OnnxScoresClassifier exported, Tensor inputs)
    {
        using var mode = model.Enter(Mode.Evaluate);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using (inputs)
        {
            return (model.Logits(inputs) - exported.Logits(inputs)).abs().max().item<float>();
        }
    }

    private static Tensor Random(InputShape shape)
    {
        var values = new float[RandomInputs * shape.Values];
        new Rng(0).Fork("export").FillUniform(values, [0], 0, 0);
        var inputs = empty(RandomInputs, shape.Channels, shape.Height, shape.Width);
        values.CopyTo(Tensors.Floats(inputs));
        return inputs;
    }

    private static Tensor Examples(ExampleSet set, int count)
    {
        using var batch = BatchSource.Gather(set, [.. Enumerable.Range(0, count)], CPU);
        return batch.Inputs.alias();
    }

    private static SortedDictionary<string, string> Metadata(ModelFile model, GraphModule module)
    {
        var (input, range) = (model.Classifier.Input, model.Classifier.Range);
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["temper.architecture"] = model.Architecture,
            ["temper.trained-for"] = model.TrainedFor,
        };
        foreach (var (key, value) in model.Statements)
        {
            metadata[key] = value;
        }
        // What the file it came from claims was not measured here.
        metadata.Remove("temper.claim");
        metadata.Remove("temper.claim-status");
        metadata.Remove(StatedClean.Key);
        metadata.Remove(StatedClean.DataKey);
        metadata["temper.kind"] = "temper-onnx/1";
        metadata["temper.version"] = EnvironmentCard.Version;
        metadata["temper.source-sha256"] = model.Sha256;
        metadata["temper.input"] = $"{input.Channels},{input.Height},{input.Width}";
        metadata["temper.classes"] = model.Classifier.Classes.ToString(CultureInfo.InvariantCulture);
        metadata["temper.range"] = range.ToString();
        metadata["temper.normalise"] = Normalisation(module) ?? "none";
        if (Claim(model) is var (sentence, status))
        {
            (metadata["temper.claim"], metadata["temper.claim-status"]) = (sentence, status);
        }
        if (StatedClean.Beside(model) is var (count, data))
        {
            (metadata[StatedClean.Key], metadata[StatedClean.DataKey]) = (count, data);
        }
        return metadata;
    }

    /// <summary>The means and deviations the network begins with, as recipes write them.</summary>
    private static string? Normalisation(GraphModule module)
    {
        var graph = module.Graph;
        var begins =
            graph.Nodes is [var first, var second, ..]
            && first is { Op: Arithmetic { Kind: ArithmeticKind.Sub } }
            && second is { Op: Arithmetic { Kind: ArithmeticKind.Div } }
            && first.Inputs[0] == graph.Input
            && second.Inputs[0] == first.Output;
        var state = Weights.State(module).ToDictionary(s => s.Name, s => s.Value, StringComparer.Ordinal);
        return
            begins
            && state.TryGetValue(graph.Nodes[0].Inputs[1], out var mean)
            && state.TryGetValue(graph.Nodes[1].Inputs[1], out var deviation)
            ? $"{Numbers(mean)} {Numbers(deviation)}"
            : null;
    }

    private static string Numbers(Tensor values) =>
        string.Join(',', Tensors.ToArray<float>(values).Select(v => v.ToString(CultureInfo.InvariantCulture)));

    /// <summary>What the report beside the weights claims, if it speaks of these very weights.</summary>
    private static (string Sentence, string Status)? Claim(ModelFile model)
    {
        var report = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(model.Path))!, RunFolder.ReportJson);
        if (!File.Exists(report))
        {
            return null;
        }
        try
        {
            var json = JsonNode.Parse(TextFile.Read(report))!;
            return
                (string?)json["model"]?["sha256"] == model.Sha256
                && (string?)json["claim"]?["sentence"] is { } sentence
                && (string?)json["claim"]?["status"] is { } status
                ? (sentence, status)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new DataException($"{report}: not a report that can be read ({Excerpt.Clean(e.Message)}).", e);
        }
    }
}
