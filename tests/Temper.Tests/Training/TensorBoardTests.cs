using System.Numerics;
using System.Text.Json.Nodes;
using Temper.Models;
using Temper.Tests.Cli;
using Temper.Tests.Kit;
using Temper.Training;
using Temper.Training.Observers;
using Tensorboard;

namespace Temper.Tests.Training;

/// <summary>The event file is what TensorBoard reads: records with checksums, one per epoch, each step once.</summary>
public sealed class TensorBoardTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("temper-tensorboard-").FullName;
    private readonly ModuleClassifier _model = Toy.ConvNet(1);

    public void Dispose()
    {
        _model.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Epochs_are_records_with_every_figure()
    {
        var writer = new TensorBoardWriter(_folder, resume: false, TimeProvider.System);
        Write(writer, 1, 2);
        var events = Read();
        Assert.Equal("brain.Event:2", events[0].FileVersion);
        Assert.Equal([100L, 200L], events.Skip(1).Select(e => e.Step));
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Assert.All(events, e => Assert.InRange(e.WallTime, now - 60, now + 1));
        var figures = events[2].Summary.Value.ToDictionary(v => v.Tag, v => v.SimpleValue);
        Assert.Equal(
            new Dictionary<string, float>
            {
                ["train/loss"] = 0.5f,
                ["train/accuracy"] = 0.75f,
                ["train/learning-rate"] = 0.01f,
                ["train/epsilon"] = 0.3f,
                ["validation/clean"] = 0.9f,
                ["validation/fgsm"] = 0.8f,
                ["validation/under-attack"] = 0.7f,
            },
            figures
        );
    }

    [Fact]
    public void A_resumed_run_has_each_step_once()
    {
        var first = new TensorBoardWriter(_folder, resume: false, TimeProvider.System);
        Write(first, 1, 2);
        var checkpoint = first.Save().ToJsonString();
        Write(first, 3, 4);
        var second = new TensorBoardWriter(_folder, resume: true, TimeProvider.System);
        second.Restore(JsonNode.Parse(checkpoint)!);
        Assert.Equal([0L, 100L, 200L], Read().Select(e => e.Step));
        Write(second, 3, 5);
        Assert.Equal([0L, 100L, 200L, 300L, 500L], Read().Select(e => e.Step));
        // Interrupted before its first checkpoint: resume begins anew.
        Write(new TensorBoardWriter(_folder, resume: true, TimeProvider.System), 1);
        Assert.Equal([0L, 100L], Read().Select(e => e.Step));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_recipe_asks_for_it()
    {
        var run = Path.Combine(_folder, "run");
        Tool.Run(Tool.Train(run, more: ["--quiet", "--set", "training.tensorboard=true", "training.epochs=2"]))
            .Succeeds();
        var metrics = File.ReadLines(Path.Combine(run, "metrics.jsonl"))
            .Select(line => JsonNode.Parse(line)!)
            .ToArray();
        var events = Read(Path.Combine(run, "tensorboard"));
        Assert.Equal(metrics.Select(m => (long)m["step"]!), events.Skip(1).Select(e => e.Step));
        Assert.Equal(
            metrics.Select(m => (float)(double)m["loss"]!),
            events.Skip(1).Select(e => e.Summary.Value[0].SimpleValue)
        );
    }

    private void Write(TensorBoardWriter writer, params int[] epochs)
    {
        var state = new TrainState(_model, 1000, 100);
        foreach (var epoch in epochs)
        {
            writer.OnEpoch(state, new(epoch, epoch * 100, 0.01, 0.3, 0.5, 0.75, new(10, 9, 8, 7, 7), 1));
        }
    }

    private List<Event> Read(string? folder = null)
    {
        var bytes = File.ReadAllBytes(Path.Combine(folder ?? _folder, TensorBoardWriter.FileName));
        List<Event> events = [];
        for (var at = 0; at < bytes.Length; )
        {
            var length = (int)BitConverter.ToInt64(bytes, at);
            Assert.Equal(Masked(bytes.AsSpan(at, 8)), BitConverter.ToUInt32(bytes, at + 8));
            Assert.Equal(Masked(bytes.AsSpan(at + 12, length)), BitConverter.ToUInt32(bytes, at + 12 + length));
            events.Add(Event.Parser.ParseFrom(bytes, at + 12, length));
            at += 12 + length + 4;
        }
        return events;
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        // CRC-32C bit by bit, apart from the processor's own.
        var sum = uint.MaxValue;
        foreach (var b in bytes)
        {
            sum ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                sum = (sum >> 1) ^ ((sum & 1) * 0x82F63B78u);
            }
        }
        return BitOperations.RotateRight(~sum, 15) + 0xA282EAD8u;
    }
}
