using Temper.Errors;
using Temper.Models;
using Temper.Serialization;
using static TorchSharp.torch;

namespace Temper.Workflow;

/// <summary>Weights of a network that no architecture describes: it lies in another file beside them, such as an ONNX file.</summary>
internal static class BasedWeights
{
    /// <summary>The key under which a weight file names the file of the network.</summary>
    public const string Base = "temper.base";

    /// <summary>The key of that file's SHA-256.</summary>
    public const string BaseHash = "temper.base-sha256";

    /// <summary>The file of the network that weights belong to; null where they do not name one.</summary>
    /// <param name="path">The weight file.</param>
    /// <exception cref="DataException">It is not there, or another one.</exception>
    public static string? FileOf(string path)
    {
        var metadata = SafetensorsFile.Read(path).Metadata;
        if (metadata.GetValueOrDefault(Base) is not { } name)
        {
            return null;
        }
        if (name.Length == 0 || Path.GetFileName(name) != name || Path.GetExtension(name) == ".safetensors")
        {
            throw new DataException(
                $"{path}: the field {Base}: found {Excerpt.Of(name)}, expected the name of a model file in the same folder."
            );
        }
        var file = Path.Combine(Path.GetDirectoryName(path) ?? "", name);
        if (!File.Exists(file))
        {
            throw new DataException(
                $"{path}: these are weights of the network in {name}, expected that file beside them."
            );
        }
        return Hashes.Sha256OfFile(file) == metadata.GetValueOrDefault(BaseHash)
            ? file
            : throw new DataException($"{file}: another file than the one whose network {path} has weights for.");
    }

    /// <summary>Opens the network and puts the weights into it.</summary>
    /// <param name="path">The weight file.</param>
    /// <param name="file">The file of the network.</param>
    /// <param name="input">The shape of one input.</param>
    /// <param name="classes">The number of classes of the data.</param>
    public static ModelFile Open(string path, string file, InputShape input, int classes)
    {
        var below = ModelFile.Open(file, input, classes);
        var (known, kind) = (below.Classifier.Classes, below.Classifier.Kind);
        var model = new ModuleClassifier(Module(below), input, known, kind: kind);
        try
        {
            var metadata = Weights.Load(model.Module, path);
            return new(
                model,
                path,
                Hashes.Sha256OfFile(path),
                below.Architecture,
                model.Module.parameters().Sum(p => p.numel()),
                metadata.GetValueOrDefault("temper.trained-for") ?? "unknown"
            )
            {
                Statements = metadata,
                Notes = below.Notes,
            };
        }
        catch (DataException)
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The module of a model; whoever takes it owns it.</summary>
    /// <param name="opened">The model.</param>
    /// <exception cref="ModelException">It has none, as only its scores are seen.</exception>
    public static nn.Module<Tensor, Tensor> Module(ModelFile opened)
    {
        switch (opened.Classifier)
        {
            case ModuleClassifier model:
                return model.Module;
            case TorchScriptClassifier script:
                return script.ToNetwork();
            default:
                using (opened)
                {
                    throw new ModelException(
                        $"{opened.Path}: only the scores of this model are seen, expected one with gradients."
                    );
                }
        }
    }
}
