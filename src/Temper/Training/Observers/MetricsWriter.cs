using System.Text.Json.Nodes;
using Temper.Errors;
using Temper.Serialization;

namespace Temper.Training.Observers;

/// <summary>Appends a line per epoch to <c>metrics.jsonl</c>; on resume, lines after the checkpoint are dropped.</summary>
public sealed class MetricsWriter : ITrainObserver
{
    private readonly string _path;
    private long _length;

    /// <summary>Creates the writer.</summary>
    /// <param name="path">The file.</param>
    /// <param name="resume">Whether an existing file is kept until the checkpoint says how much of it holds.</param>
    public MetricsWriter(string path, bool resume)
    {
        _path = path;
        if (!resume)
        {
            Cut();
        }
    }

    /// <inheritdoc/>
    public string Name => "metrics";

    /// <inheritdoc/>
    public void OnEpoch(TrainState state, EpochRecord record)
    {
        var v = record.Validation;
        var line = new JsonObject
        {
            ["kind"] = "epoch",
            ["epoch"] = record.Epoch,
            ["step"] = record.Step,
            ["lr"] = record.LearningRate,
            ["epsilon"] = record.Epsilon,
            ["loss"] = record.Loss,
            ["trainAccuracy"] = record.TrainAccuracy,
            ["validationClean"] = v.CleanRate,
            ["validationFgsm"] = (double)v.Fgsm / v.Examples,
            ["validationRobust"] = v.RobustRate,
            ["seconds"] = Math.Round(record.Seconds, 3),
        };
        if (v.Proven is { } proven)
        {
            line["validationProven"] = (double)proven / v.Examples;
        }
        Write(stream =>
        {
            stream.SetLength(_length);
            stream.Seek(0, SeekOrigin.End);
            stream.Write(System.Text.Encoding.UTF8.GetBytes(line.ToJsonString() + "\n"));
            _length = stream.Length;
        });
    }

    /// <inheritdoc/>
    public JsonNode Save() => new JsonObject { ["length"] = _length };

    /// <inheritdoc/>
    public void Restore(JsonNode saved)
    {
        _length = (long)saved["length"]!;
        Cut();
    }

    private void Cut() => Write(stream => stream.SetLength(_length));

    private void Write(Action<FileStream> write)
    {
        try
        {
            using var stream = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, 0);
            write(stream);
        }
        catch (Exception e) when (WriteFailure.Is(e))
        {
            throw new RunFailedException($"{_path}: cannot be written: {WriteFailure.Explain(e)}", e);
        }
    }
}
