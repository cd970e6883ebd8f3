using Temper.Data;
using Temper.Errors;
using Temper.Models;
using Temper.Serialization;
using Temper.Workflow;

namespace Temper.Onnx;

/// <summary>A model to export, and data to check the export on.</summary>
/// <param name="Model">The model; owned.</param>
/// <param name="Set">Test examples of the shape the model takes; null where there are none.</param>
public sealed record ExportSource(ModelFile Model, ExampleSet? Set) : IDisposable
{
    /// <summary>Opens a model.</summary>
    /// <remarks>
    /// Weights that Temper wrote say what shape they take, and the data, that of the run, only checks the export. For other
    /// files the data tells the shape.
    /// </remarks>
    /// <param name="path">A run's folder or a model file.</param>
    /// <param name="data">The data set; null for that of the run, or MNIST.</param>
    /// <param name="dataDir">The folder to look for it in; null for the usual places.</param>
    /// <param name="architecture">The architecture of weights whose file does not name it; null otherwise.</param>
    /// <exception cref="DataException">A file is missing or damaged.</exception>
    /// <exception cref="ModelException">The model does not take what the data gives.</exception>
    public static ExportSource Open(string path, string? data, string? dataDir, ArchitectureSource? architecture)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, ModelFile.BestName) : path;
        var stated = Stated(file);
        ExampleSet? set = null;
        try
        {
            set = EvaluationData.Load(data, Path.GetDirectoryName(Path.GetFullPath(file))!, dataDir);
        }
        catch (TemperException) when (data is null && dataDir is null && stated is not null)
        {
            // Random inputs are left to check on.
        }
        var (input, classes) = stated ?? (new InputShape(set!.Channels, set.Height, set.Width), set.Classes);
        var fits = set is not null && new InputShape(set.Channels, set.Height, set.Width) == input;
        return data is not null && !fits
            ? throw new ModelException($"{path}: the model takes inputs of {input}, data set '{data}' has others.")
            : new(ModelFile.Open(path, input, classes, architecture), fits ? set : null);
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    /// <summary>What a weight file of Temper says it takes and tells apart; null for other files.</summary>
    private static (InputShape Input, int Classes)? Stated(string file)
    {
        if (Path.GetExtension(file) != ".safetensors" || !File.Exists(file))
        {
            return null;
        }
        var metadata = SafetensorsFile.Read(file).Metadata;
        int?[] shape =
        [
            .. (metadata.GetValueOrDefault("temper.input") ?? "").Split(',').Select(Positive),
            Positive(metadata.GetValueOrDefault("temper.classes") ?? ""),
        ];
        return shape is [{ } channels, { } height, { } width, { } classes]
            ? (new InputShape(channels, height, width), classes)
            : null;
    }

    private static int? Positive(string text) =>
        int.TryParse(text, System.Globalization.NumberStyles.None, null, out var number) && number is >= 1 and < 65536
            ? number
            : null;
}
