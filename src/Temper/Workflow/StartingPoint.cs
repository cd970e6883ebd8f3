using Temper.Data;
using Temper.Errors;
using Temper.Models;
using Temper.Models.Architectures;
using Temper.Models.Graphs;
using Temper.Numerics;
using Temper.Runs;
using Temper.Serialization;
using Temper.Threats;
using TorchSharp;
using static TorchSharp.torch;

namespace Temper.Workflow;

/// <summary>The network a training begins with: the recipe's, with initial weights, or a model from a file, of which the run keeps a copy.</summary>
internal sealed class StartingPoint
{
    private const string Name = "start";
    private const string Unknown = "unknown";

    private static readonly string[] OfTheNetwork =
    [
        "temper.architecture",
        "temper.options",
        BasedWeights.Base,
        BasedWeights.BaseHash,
    ];

    private readonly ArchitectureSource _architecture;
    private readonly InputShape _input;
    private readonly int _classes;
    private readonly string? _copy;
    private readonly IReadOnlyDictionary<string, string> _statements;

    private StartingPoint(ArchitectureSource architecture, InputShape input, int classes)
    {
        (_architecture, _input, _classes) = (architecture, input, classes);
        var made = architecture.Create();
        Graph = (made as GraphArchitecture)?.Describe(input, classes);
        (Architecture, Kind) = (architecture.Info.Id, "built-in");
        _statements = ModelFile.Metadata(Architecture, architecture.Options, input, classes, Unknown);
    }

    private StartingPoint(ArchitectureSource architecture, ModelFile opened, string named, (InputShape, int) data)
    {
        (_architecture, (_input, _classes), _copy) = (architecture, data, opened.Path);
        Graph = opened.Graph;
        (Architecture, Kind) = (opened.Architecture, opened.Classifier.Kind);
        _statements =
            Path.GetExtension(_copy) == ".safetensors"
                ? opened.Statements
                : new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    [BasedWeights.Base] = Path.GetFileName(_copy),
                    [BasedWeights.BaseHash] = opened.Sha256,
                };
        Card = new(named, opened.Sha256, Path.GetFileName(_copy), opened.TrainedFor, Unknown);
    }

    /// <summary>Gets the network as data; null where it is not known.</summary>
    public NetworkGraph? Graph { get; }

    /// <summary>Gets the architecture's id, or <c>unknown</c>.</summary>
    public string Architecture { get; }

    /// <summary>Gets the kind for manifests.</summary>
    public string Kind { get; }

    /// <summary>Gets what the manifest says of the file; null where there is none.</summary>
    public ManifestStart? Card { get; }

    /// <summary>Finds it, and copies the file into the run's folder; a run that is resumed goes on from its copy.</summary>
    /// <param name="request">The training.</param>
    /// <param name="architecture">The recipe's network.</param>
    /// <param name="set">The training examples.</param>
    /// <exception cref="ConfigException">The model cannot be trained.</exception>
    public static StartingPoint Of(TrainingRequest request, ArchitectureSource architecture, ExampleSet set)
    {
        var data = (new InputShape(set.Channels, set.Height, set.Width), set.Classes);
        if (request.Config.Training.From is not { } named)
        {
            return new(architecture, data.Item1, data.Classes);
        }
        var copy = CopyIn(request.Folder) ?? Copy(named, request.Folder);
        using var opened = Open(copy, data.Item1, data.Classes, architecture);
        return new(architecture, opened, named, data);
    }

    /// <summary>Whether a run's folder holds its own copy of the model.</summary>
    /// <param name="folder">The run's folder.</param>
    public static bool IsIn(string folder) => CopyIn(folder) is not null;

    /// <summary>Makes the network.</summary>
    /// <param name="rng">The stream of initial weights.</param>
    /// <param name="device">Where it is computed.</param>
    /// <returns>The model; the caller disposes it.</returns>
    public ModuleClassifier Build(Rng rng, Device device)
    {
        nn.Module<Tensor, Tensor> module;
        if (_copy is null)
        {
            manual_seed(rng.TorchSeed(0));
            module = _architecture.Create().Build(_input, _classes);
        }
        else
        {
            module = BasedWeights.Module(Open(_copy, _input, _classes, _architecture));
            // Whoever saved it for use alone may have switched this off.
            foreach (var parameter in module.parameters().Where(p => p.is_floating_point()))
            {
                parameter.requires_grad_(true);
            }
        }
        module.to(device);
        return new(module, _input, _classes, kind: Kind);
    }

    /// <summary>What a weight file of the training says.</summary>
    /// <param name="trainedFor">What the training is for.</param>
    public IReadOnlyDictionary<string, string> Metadata(string trainedFor)
    {
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in ModelFile.Metadata("", null, _input, _classes, trainedFor))
        {
            metadata[key] = value;
        }
        foreach (var key in OfTheNetwork)
        {
            metadata.Remove(key);
            if (_statements.TryGetValue(key, out var value))
            {
                metadata[key] = value;
            }
        }
        return metadata;
    }

    private static ModelFile Open(string path, InputShape input, int classes, ArchitectureSource architecture)
    {
        var opened = RecipePart.Of("training.from", () => ModelFile.Open(path, input, classes, architecture));
        var why =
            opened.Classifier.Access != Access.Gradients ? "of which only the scores are seen"
            : opened.Classifier.Range != PixelRange.Unit ? $"that takes inputs in {opened.Classifier.Range}"
            : opened.Classifier.Classes != classes ? $"of {opened.Classifier.Classes} classes"
            : !InnerModule.Of(opened.Classifier)!.parameters().Any(p => p.is_floating_point())
                ? "without weights to train, as a frozen script has none"
            : null;
        if (why is null)
        {
            return opened;
        }
        using (opened)
        {
            throw new ConfigException(
                null,
                null,
                "training.from",
                $"found a model {why}, expected one with gradients, inputs in [0, 1], {classes} classes and weights."
            );
        }
    }

    private static string? CopyIn(string folder) =>
        Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(folder, Name + ".*")
                // Weights over a file are opened by themselves, and lead to the file.
                .OrderBy(f => Path.GetExtension(f) != ".safetensors")
                .FirstOrDefault()
            : null;

    private static string Copy(string named, string folder)
    {
        var source = ModelFile.Find(named);
        if (Path.GetExtension(source) == ".safetensors" && BasedWeights.FileOf(source) is { } below)
        {
            Write(below, Path.Combine(folder, Path.GetFileName(below)));
        }
        return Write(source, Path.Combine(folder, Name + Path.GetExtension(source)));
    }

    private static string Write(string source, string target)
    {
        try
        {
            AtomicFile.WriteBytes(target, File.ReadAllBytes(source));
            return target;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{source}: cannot be copied into the run's folder ({e.Message}).", e);
        }
    }
}
