using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Temper.Errors;
using Temper.Onnx.Reading;
using static TorchSharp.torch;

namespace Temper.Onnx.Running;

/// <summary>A model run by onnxruntime.</summary>
/// <remarks>
/// The model is handed over as bytes, so no path in it leads anywhere, and no library of custom operators is ever
/// registered. Its memory has a limit that grows with the file, so that a small file cannot take all there is.
/// </remarks>
internal sealed class OnnxSession : IDisposable
{
    /// <summary>What any model may take, and beside it a multiple of its size for weights, copies of them and values.</summary>
    private const long BaseBytes = 768L << 20;
    private const long BytesPerByte = 8;

    /// <summary>What one constant computed beforehand may take, and beside it the size of the file.</summary>
    private const long FoldedBytes = 1L << 20;

    /// <summary>Grow by what is asked for, not by doubling.</summary>
    private const int SameAsRequested = 1;

    private static readonly Lock Registering = new();
    private static bool s_isRegistered;

    private readonly ModelInterface _face;
    private readonly string _path;
    private readonly InferenceSession _session;

    /// <summary>Hands a model to onnxruntime.</summary>
    /// <param name="model">The bytes of a model that was looked through.</param>
    /// <param name="face">What it takes and returns.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="NativeLibraryException">onnxruntime does not load.</exception>
    /// <exception cref="ModelException">onnxruntime refuses the model.</exception>
    public OnnxSession(byte[] model, ModelInterface face, string path)
    {
        (_face, _path) = (face, path);
        _ = Version();
        using var options = new SessionOptions
        {
            IntraOpNumThreads = get_num_threads(),
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        options.AddSessionConfigEntry("session.use_env_allocators", "1");
        // What is computed beforehand lies outside the arena; of honest files it is made of the weights.
        options.AddSessionConfigEntry(
            "optimization.constant_folding_max_output_size_in_bytes",
            (FoldedBytes + model.LongLength).ToString(CultureInfo.InvariantCulture)
        );
        // Its threads would spin for work, and slow libtorch's down.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        try
        {
            _session = Limited(model, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelException($"{path}: onnxruntime refuses the model ({Reason(e)}).", e);
        }
    }

    /// <summary>The version of onnxruntime, once it is loaded.</summary>
    /// <exception cref="NativeLibraryException">It does not load.</exception>
    public static string Version()
    {
        try
        {
            return OrtEnv.Instance().GetVersionString();
        }
        catch (Exception e)
            when (e
                    is DllNotFoundException
                        or TypeInitializationException
                        or EntryPointNotFoundException
                        or BadImageFormatException
            )
        {
            throw new NativeLibraryException(
                $"onnxruntime does not load ({Excerpt.Clean((e.InnerException ?? e).Message)}); restore and build again, the output folder links to the package folder.",
                e
            );
        }
    }

    /// <summary>Computes the scores of a batch.</summary>
    /// <param name="inputs">The inputs, row-major.</param>
    /// <param name="shape">Their shape.</param>
    /// <returns>The scores, row-major, as many rows as there are inputs.</returns>
    /// <exception cref="ModelException">onnxruntime fails, or returns something else.</exception>
    public (float[] Scores, int Classes) Run(float[] inputs, long[] shape)
    {
        try
        {
            using var options = new RunOptions();
            using var input = OrtValue.CreateTensorValueFromMemory(inputs, shape);
            using var results = _session.Run(options, [_face.Input], [input], [_face.Output]);
            var found = results[0].GetTensorTypeAndShape();
            return
                found.ElementDataType == Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float
                && found.Shape is [var rows, var classes and > 0 and <= int.MaxValue]
                && rows == shape[0]
                ? (results[0].GetTensorDataAsSpan<float>().ToArray(), (int)classes)
                : throw new ModelException(
                    $"{_path}: it returned {found.ElementDataType} scores of shape ({string.Join(", ", found.Shape)}), expected Float ({shape[0]}, classes)."
                );
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelException($"{_path}: onnxruntime cannot run the model ({Reason(e)}).", e);
        }
    }

    public void Dispose() => _session.Dispose();

    /// <summary>A session with an arena of its own; onnxruntime takes the limits of one from the environment alone.</summary>
    private static InferenceSession Limited(byte[] model, SessionOptions options)
    {
        using var place = new OrtMemoryInfo(
            OrtMemoryInfo.allocatorCPU,
            OrtAllocatorType.ArenaAllocator,
            0,
            OrtMemType.Default
        );
        var most = (uint)Math.Min(uint.MaxValue, BaseBytes + (BytesPerByte * model.LongLength));
        using var limits = new OrtArenaCfg(most, SameAsRequested, -1, -1);
        lock (Registering)
        {
            if (s_isRegistered)
            {
                // Sessions hold on to the arena they were made with.
                OrtEnv.Instance().UnregisterAllocator(place);
            }
            OrtEnv.Instance().CreateAndRegisterAllocator(place, limits);
            s_isRegistered = true;
            return new(model, options);
        }
    }

    private static string Reason(OnnxRuntimeException e)
    {
        const int Longest = 300;
        var line = string.Join(' ', e.Message.Split(['\r', '\n'], StringSplitOptions.TrimEntries));
        return line.Length <= Longest ? line : line[..Longest] + "…";
    }
}
