using System.Text.Json;
using System.Text.Json.Nodes;
using Temper.Errors;
using Temper.Models;
using Temper.Models.Architectures;
using Temper.Models.Graphs;
using Temper.Runs;
using Temper.Serialization;

namespace Temper.Workflow;

/// <summary>A model opened from a file, with what is known about it.</summary>
/// <param name="Classifier">The model; owned.</param>
/// <param name="Path">The file.</param>
/// <param name="Sha256">Its hash.</param>
/// <param name="Architecture">The architecture's id, or <c>unknown</c>.</param>
/// <param name="Parameters">The number of parameters.</param>
/// <param name="TrainedFor">What it was trained for, or <c>unknown</c>.</param>
public sealed record ModelFile(
    IClassifier Classifier,
    string Path,
    string Sha256,
    string Architecture,
    long Parameters,
    string TrainedFor
) : IDisposable
{
    /// <summary>The name of the weights a training run leaves for evaluation.</summary>
    public const string BestName = "best.safetensors";

    /// <summary>Gets what must be said about how the file was opened, one sentence each; empty for nothing.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Gets what the file says about the model, under keys that begin with <c>temper.</c>; empty for nothing.</summary>
    public IReadOnlyDictionary<string, string> Statements { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the network as data; null where it is not known, as in scripts and modules of users.</summary>
    public NetworkGraph? Graph => (Classifier as ModuleClassifier)?.Module is GraphModule module ? module.Graph : null;

    /// <summary>Opens a model: a run's folder, a TorchScript file, weights in safetensors, or a format of the catalogue.</summary>
    /// <param name="path">The folder or file.</param>
    /// <param name="input">The shape of one input.</param>
    /// <param name="classes">The number of classes of the data.</param>
    /// <param name="architecture">The architecture for weights whose file does not name it; null otherwise.</param>
    /// <exception cref="DataException">The file is missing, damaged, or its architecture unknown.</exception>
    /// <exception cref="ModelException">The model does not fit the data.</exception>
    public static ModelFile Open(string path, InputShape input, int classes, ArchitectureSource? architecture = null)
    {
        path = Find(path);
        var extension = System.IO.Path.GetExtension(path);
        var opened = extension switch
        {
            ".pt" => OpenScript(path, input),
            ".safetensors" => OpenWeights(path, input, classes, architecture),
            _ when Formats().FirstOrDefault(f => f.Extension == extension) is { } format => format.Open(path, input),
            _ => throw new DataException($"{path}: cannot open a model of type '{extension}', expected {Expected()}."),
        };
        if (opened.Classifier.Classes < classes)
        {
            using (opened)
            {
                throw new ModelException(
                    $"{path}: the model tells {opened.Classifier.Classes} classes apart, the data has {classes}."
                );
            }
        }
        return opened;
    }

    /// <summary>The file to open: the best weights where a run's folder is named. Needs no libtorch.</summary>
    /// <exception cref="DataException">There is none.</exception>
    internal static string Find(string path)
    {
        if (Directory.Exists(path))
        {
            var best = System.IO.Path.Combine(path, BestName);
            return File.Exists(best)
                ? best
                : throw new DataException(
                    $"{path}: the folder holds no {BestName}; expected the folder of a training run."
                );
        }
        return File.Exists(path)
            ? path
            : throw new DataException($"{path}: no such file or folder, expected {Expected()}.");
    }

    private static IEnumerable<ModelFormat> Formats() =>
        Catalogue.Of<ModelFormat>().Select(info => Catalogue.Create<ModelFormat>(info, null));

    private static string Expected() =>
        $"a run's folder or a file of type .pt (TorchScript), .safetensors{string.Concat(Formats().Select(f => $", {f.Extension}"))}";

    /// <summary>What a weight file says about its model.</summary>
    internal static IReadOnlyDictionary<string, string> Metadata(
        string architecture,
        object? options,
        InputShape input,
        int classes,
        string trainedFor
    ) =>
        new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["temper.kind"] = "temper-weights/1",
            ["temper.architecture"] = architecture,
            ["temper.options"] = (options is null ? [] : OptionsBinder.ToNode(options)).ToJsonString(),
            ["temper.input"] = $"{input.Channels},{input.Height},{input.Width}",
            ["temper.classes"] = classes.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["temper.trained-for"] = trainedFor,
        };

    /// <inheritdoc/>
    public void Dispose() => Classifier.Dispose();

    private static ModelFile OpenScript(string path, InputShape input)
    {
        var model = TorchScriptClassifier.Load(path, input);
        return new(model, path, Hashes.Sha256OfFile(path), "unknown", model.ParameterCount, "unknown")
        {
            Notes = [$"TorchScript: {model.Scan.Operators.Count} operators, all on the allow-list."],
        };
    }

    private static ModelFile OpenWeights(string path, InputShape input, int classes, ArchitectureSource? architecture)
    {
        if (BasedWeights.FileOf(path) is { } file)
        {
            return BasedWeights.Open(path, file, input, classes);
        }
        var metadata = SafetensorsFile.Read(path).Metadata;
        var source = metadata.GetValueOrDefault("temper.architecture") is { } id
            ? Named(id, metadata.GetValueOrDefault("temper.options"), path)
            : architecture
                ?? throw new DataException(
                    $"{path}: the file does not name its architecture; say it with --arch (one of {string.Join(", ", Ids())}, or a file that lists the layers)."
                );
        var expected = $"{input.Channels},{input.Height},{input.Width}";
        if (metadata.GetValueOrDefault("temper.input") is { } found && found != expected)
        {
            throw new ModelException($"{path}: the model takes inputs of shape ({found}), the data has ({expected}).");
        }
        var module = source.Create().Build(input, classes);
        var model = new ModuleClassifier(module, input, classes, kind: "built-in");
        try
        {
            Weights.Load(module, path);
        }
        catch (DataException)
        {
            model.Dispose();
            throw;
        }
        return new(
            model,
            path,
            Hashes.Sha256OfFile(path),
            source.Info.Id,
            module.parameters().Sum(p => p.numel()),
            metadata.GetValueOrDefault("temper.trained-for") ?? "unknown"
        )
        {
            Statements = metadata.ContainsKey("temper.architecture")
                ? metadata
                : Metadata(source.Info.Id, source.Options, input, classes, "unknown"),
        };
    }

    private static IEnumerable<string> Ids() => Catalogue.Of<Architecture>().Select(a => a.Id);

    private static ArchitectureSource Named(string id, string? options, string path)
    {
        var info =
            Catalogue.Of<Architecture>().FirstOrDefault(a => a.Id == id)
            ?? throw new DataException(
                $"{path}: the file names the architecture '{id}'; there are: {string.Join(", ", Ids())}."
            );
        return new(info, Options(info, options, path));
    }

    private static object? Options(ComponentInfo info, string? json, string path)
    {
        if (info.Options is null)
        {
            return null;
        }
        try
        {
            var node = json is null ? [] : JsonNode.Parse(json)!.AsObject();
            return OptionsBinder.Bind(info.Options, ConfigJson.Read(node, path));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ConfigException)
        {
            throw new DataException($"{path}: the field temper.options cannot be read ({e.Message}).", e);
        }
    }
}
