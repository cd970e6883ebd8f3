using System.Globalization;
using System.Text.Json.Nodes;
using Temper.Errors;
using Temper.Models;
using Temper.Serialization;
using static TorchSharp.torch;

namespace Temper.Training;

/// <summary>Everything a resumed training needs, in one safetensors file that is replaced atomically.</summary>
/// <param name="path">The file.</param>
/// <param name="identity">A hash of what the run is; a checkpoint of another run is refused.</param>
public sealed class CheckpointStore(string path, string identity)
{
    private const string Kind = "temper-checkpoint/1";
    private const string MemoryPrefix = "objective/";

    /// <summary>Gets whether there is a checkpoint.</summary>
    public bool Exists => File.Exists(path);

    /// <summary>Writes the checkpoint.</summary>
    internal void Save(
        TrainState state,
        WeightUpdate update,
        WeightAverage? average,
        IReadOnlyList<ITrainObserver> observers,
        ICarriesState? memory
    )
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var saved = new JsonObject
        {
            ["step"] = state.Step,
            ["lossSum"] = state.LossSum,
            ["correct"] = state.Correct,
            ["seen"] = state.Seen,
            ["learningRate"] = state.LearningRate,
            ["epsilon"] = state.Epsilon,
            ["forwards"] = state.Meter.Forwards,
            ["gradients"] = state.Meter.Gradients,
            ["seconds"] = state.Seconds,
            ["stopReason"] = state.StopReason,
            ["rollBack"] = state.RollBack,
            ["events"] = new JsonArray([.. state.Events.Select(e => (JsonNode)e)]),
            ["observers"] = new JsonObject(observers.Select(o => KeyValuePair.Create(o.Name, o.Save()))),
        };
        var entries = Prefixed("model/", Weights.State(state.Model.Module))
            .Concat(Prefixed("optimizer/", update.State()))
            .Concat(average is null ? [] : Prefixed("average/", average.State))
            .Concat(memory is null ? [] : Prefixed(MemoryPrefix, memory.State));
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["temper.kind"] = Kind,
            ["temper.identity"] = identity,
            ["temper.state"] = saved.ToJsonString(),
        };
        new SafetensorsFile([.. entries], metadata).Write(path);
    }

    /// <summary>Reads the checkpoint back into a freshly built run.</summary>
    /// <exception cref="DataException">The file is damaged or of another run.</exception>
    internal void Load(
        TrainState state,
        WeightUpdate update,
        WeightAverage? average,
        IReadOnlyList<ITrainObserver> observers,
        ICarriesState? memory
    )
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var file = SafetensorsFile.Read(path);
        if (file.Metadata.GetValueOrDefault("temper.kind") != Kind)
        {
            throw new DataException($"{path}: not a checkpoint of this version, expected kind '{Kind}'.");
        }
        if (file.Metadata.GetValueOrDefault("temper.identity") != identity)
        {
            throw new DataException(
                $"{path}: the checkpoint belongs to another run (other recipe, seed, data or settings); start anew without --resume or into another folder."
            );
        }
        Put(file, "model/", Weights.State(state.Model.Module));
        if (average is not null)
        {
            Put(file, "average/", average.State);
        }
        update.Restore(Under(file, "optimizer/"), path);
        memory?.Restore(Under(file, MemoryPrefix));
        try
        {
            RestoreState(JsonNode.Parse(file.Metadata.GetValueOrDefault("temper.state") ?? "")!, state, observers);
        }
        catch (Exception e)
            when (e
                    is System.Text.Json.JsonException
                        or InvalidOperationException
                        or FormatException
                        or NullReferenceException
            )
        {
            throw new DataException($"{path}: the checkpoint's state cannot be read ({e.Message}).", e);
        }
    }

    private static void RestoreState(JsonNode saved, TrainState state, IReadOnlyList<ITrainObserver> observers)
    {
        state.Step = (int)saved["step"]!;
        state.LossSum = (double)saved["lossSum"]!;
        state.Correct = (long)saved["correct"]!;
        state.Seen = (long)saved["seen"]!;
        state.LearningRate = (double)saved["learningRate"]!;
        state.Epsilon = (double)saved["epsilon"]!;
        state.Meter.Restore((long)saved["forwards"]!, (long)saved["gradients"]!);
        state.Seconds = (double)saved["seconds"]!;
        state.RestoreStop((string?)saved["stopReason"], (bool)saved["rollBack"]!);
        state.Events.Clear();
        state.Events.AddRange(saved["events"]!.AsArray().Select(e => (string)e!));
        foreach (var observer in observers)
        {
            if (saved["observers"]![observer.Name] is { } node)
            {
                observer.Restore(node);
            }
        }
    }

    private static IEnumerable<SafetensorsEntry> Prefixed(
        string prefix,
        IEnumerable<(string Name, Tensor Value)> state
    ) => state.Select(s => Weights.Entry(prefix + s.Name, s.Value));

    private static Dictionary<string, Tensor> Under(SafetensorsFile file, string prefix) =>
        file
            .Entries.Where(e => e.Name.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(e => e.Name[prefix.Length..], Weights.Tensor, StringComparer.Ordinal);

    private void Put(SafetensorsFile file, string prefix, IEnumerable<(string Name, Tensor Value)> state)
    {
        var byName = file.Entries.ToDictionary(e => e.Name, StringComparer.Ordinal);
        foreach (var (name, value) in state)
        {
            if (!byName.TryGetValue(prefix + name, out var entry))
            {
                throw new DataException(
                    string.Create(CultureInfo.InvariantCulture, $"{path}: tensor '{prefix}{name}' is missing.")
                );
            }
            Weights.Copy(entry, value, path);
        }
    }
}
