using Temper.Errors;
using Temper.Models;
using Temper.Numerics;
using Temper.Onnx.Reading;
using Temper.Onnx.Running;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Onnx;

/// <summary>An ONNX file run by onnxruntime: scores, and no gradients.</summary>
/// <remarks>A file written for batches of one size is run in batches of that size, the last one filled up.</remarks>
public sealed class OnnxScoresClassifier : IClassifier
{
    /// <summary>Values and rows at once where the file leaves it open: enough to keep a processor busy, and not too much memory.</summary>
    private const int OpenValues = 1 << 18;
    private const int OpenRows = 64;

    private readonly OnnxSession _session;
    private readonly int _batch;
    private readonly bool _isFixed;
    private readonly string _path;

    internal OnnxScoresClassifier(byte[] model, ModelInterface face, InputShape input, string path)
    {
        (_batch, _isFixed, Input, _path) = (
            face.Batch ?? Math.Clamp(OpenValues / input.Values, 1, OpenRows),
            face.Batch is not null,
            input,
            path
        );
        _session = new(model, face, path);
        try
        {
            var rows = face.Batch ?? 1;
            Classes = _session.Run(new float[rows * input.Values], Shape(rows)).Classes;
        }
        catch (ModelException)
        {
            _session.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Kind => ManifestModel.ScoresOnly;

    /// <inheritdoc/>
    public int Classes { get; }

    /// <inheritdoc/>
    public InputShape Input { get; }

    /// <inheritdoc/>
    public PixelRange Range => PixelRange.Unit;

    /// <inheritdoc/>
    public Access Access => Access.Scores;

    /// <inheritdoc/>
    public Device Device => CPU;

    /// <summary>Loads a file and asks it for scores once, to learn its classes and to see that it fits.</summary>
    /// <param name="path">The file.</param>
    /// <param name="input">The shape of one input.</param>
    /// <exception cref="DataException">The file is missing, damaged, or no classifier of images.</exception>
    /// <exception cref="ModelException">The model does not take inputs of that shape, or onnxruntime refuses it.</exception>
    /// <exception cref="NativeLibraryException">onnxruntime does not load.</exception>
    public static OnnxScoresClassifier Load(string path, InputShape input)
    {
        var model = ModelReader.Read(path);
        return new(model.ToBytes(), ModelInterface.Of(model.Graph, input, path), input, path);
    }

    /// <inheritdoc/>
    public Tensor Logits(Tensor x)
    {
        Input.Check(x.shape, "model");
        using var scope = NewDisposeScope();
        var (values, rows) = (Tensors.ToArray<float>(x), (int)x.shape[0]);
        var scores = new float[rows * Classes];
        for (var first = 0; first < rows; first += _batch)
        {
            var count = Math.Min(_batch, rows - first);
            var part = new float[(_isFixed ? _batch : count) * Input.Values];
            values.AsSpan(first * Input.Values, count * Input.Values).CopyTo(part);
            var (found, classes) = _session.Run(part, Shape(part.Length / Input.Values));
            if (classes != Classes)
            {
                throw new ModelException($"{_path}: it returned {classes} scores, expected {Classes} as at first.");
            }
            found.AsSpan(0, count * Classes).CopyTo(scores.AsSpan(first * Classes));
        }
        var result = empty(rows, Classes);
        scores.CopyTo(Tensors.Floats(result));
        return result.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public ModeScope Enter(Mode mode) => ModeScope.Nothing();

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private long[] Shape(int rows) => [rows, Input.Channels, Input.Height, Input.Width];
}
