using System.Buffers.Binary;
using System.Numerics;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Temper.Errors;
using Temper.Serialization;
using Tensorboard;

namespace Temper.Training.Observers;

/// <summary>Appends the figures of every epoch to an event file of TensorBoard; on resume, events after the checkpoint are dropped.</summary>
/// <remarks>
/// The messages are those of TorchSharp, the framing is written here: TorchSharp's own writer gives ticks where TensorBoard
/// reads seconds, and begins a file of another name at every resume, so that steps would be there twice.
/// </remarks>
public sealed class TensorBoardWriter : ITrainObserver
{
    /// <summary>The name of the event file.</summary>
    public const string FileName = "events.out.tfevents.temper";

    private const uint ChecksumMask = 0xA282EAD8;
    private readonly string _path;
    private readonly TimeProvider _clock;
    private long _length;

    /// <summary>Creates the writer.</summary>
    /// <param name="folder">The folder of the event file; made where it is missing.</param>
    /// <param name="resume">Whether an existing file is kept until the checkpoint says how much of it holds.</param>
    /// <param name="clock">Tells the time of the events.</param>
    /// <exception cref="RunFailedException">The file cannot be written.</exception>
    public TensorBoardWriter(string folder, bool resume, TimeProvider clock)
    {
        _path = Path.Combine(folder, FileName);
        _clock = clock;
        if (!resume)
        {
            Write(stream => stream.SetLength(0));
        }
    }

    /// <inheritdoc/>
    public string Name => "tensorboard";

    /// <inheritdoc/>
    public void OnEpoch(TrainState state, EpochRecord record)
    {
        var v = record.Validation;
        (string Tag, double Value)[] figures =
        [
            ("train/loss", record.Loss),
            ("train/accuracy", record.TrainAccuracy),
            ("train/learning-rate", record.LearningRate),
            ("train/epsilon", record.Epsilon),
            ("validation/clean", v.CleanRate),
            ("validation/fgsm", (double)v.Fgsm / v.Examples),
            ("validation/under-attack", v.RobustRate),
        ];
        var summary = new Summary();
        summary.Value.AddRange(
            figures.Select(f => new Summary.Types.Value { Tag = f.Tag, SimpleValue = (float)f.Value })
        );
        var seconds = _clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        Write(stream =>
        {
            stream.SetLength(_length);
            stream.Seek(0, SeekOrigin.End);
            if (_length == 0)
            {
                stream.Write(Framed(new Event { WallTime = seconds, FileVersion = "brain.Event:2" }));
            }
            stream.Write(
                Framed(
                    new Event
                    {
                        WallTime = seconds,
                        Step = record.Step,
                        Summary = summary,
                    }
                )
            );
            _length = stream.Length;
        });
    }

    /// <inheritdoc/>
    public JsonNode Save() => new JsonObject { ["length"] = _length };

    /// <inheritdoc/>
    public void Restore(JsonNode saved)
    {
        _length = (long)saved["length"]!;
        Write(stream => stream.SetLength(_length));
    }

    /// <summary>A record of TFRecord: length, its checksum, the message, its checksum; all little endian.</summary>
    private static byte[] Framed(Event message)
    {
        var data = message.ToByteArray();
        var record = new byte[12 + data.Length + 4];
        BinaryPrimitives.WriteInt64LittleEndian(record, data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), Checksum(record.AsSpan(0, 8)));
        data.CopyTo(record, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + data.Length), Checksum(data));
        return record;
    }

    /// <summary>CRC-32C, masked as TFRecord wants it: rotated right by 15 bits, and a constant added.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        foreach (var b in bytes)
        {
            sum = BitOperations.Crc32C(sum, b);
        }
        return BitOperations.RotateRight(~sum, 15) + ChecksumMask;
    }

    private void Write(Action<FileStream> write)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            using var stream = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, 0);
            write(stream);
        }
        catch (Exception e) when (WriteFailure.Is(e))
        {
            throw new RunFailedException($"{_path}: cannot be written: {WriteFailure.Explain(e)}", e);
        }
    }
}
