using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Temper.Errors;
using Temper.Models.Scripts;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Models;

/// <summary>A TorchScript file (<c>.pt</c>) as a classifier with gradients.</summary>
/// <remarks>
/// A TorchScript archive holds code that libtorch interprets. It is scanned first (<see cref="TorchScriptScan"/>): code that
/// names anything but tensor arithmetic is refused and never reaches libtorch.
/// </remarks>
public sealed class TorchScriptClassifier : IClassifier
{
    private readonly jit.ScriptModule<Tensor, Tensor> _module;

    private TorchScriptClassifier(
        jit.ScriptModule<Tensor, Tensor> module,
        TorchScriptScan scan,
        InputShape input,
        int classes
    )
    {
        _module = module;
        Scan = scan;
        Input = input;
        Classes = classes;
    }

    /// <inheritdoc/>
    public string Kind => "torchscript";

    /// <inheritdoc/>
    public int Classes { get; }

    /// <inheritdoc/>
    public InputShape Input { get; }

    /// <inheritdoc/>
    public PixelRange Range => PixelRange.Unit;

    /// <inheritdoc/>
    public Access Access => Access.Gradients;

    /// <inheritdoc/>
    public Device Device => CPU;

    internal nn.Module Module => _module;

    /// <summary>The script as a network that trains and owns it, in the place of this classifier.</summary>
    internal nn.Module<Tensor, Tensor> ToNetwork() => new ScriptNetwork(_module);

    /// <summary>Gets what the file's code names.</summary>
    public TorchScriptScan Scan { get; }

    /// <summary>Gets the number of parameters.</summary>
    public long ParameterCount => _module.parameters().Sum(p => p.numel());

    /// <summary>Loads a file and asks it for scores once, to learn its classes and to see that it fits.</summary>
    /// <param name="path">The file.</param>
    /// <param name="input">The shape of one input.</param>
    /// <exception cref="DataException">The file is missing, not a TorchScript archive, or its code names what is not on the allow-list.</exception>
    /// <exception cref="ModelException">The model does not take inputs of that shape.</exception>
    public static TorchScriptClassifier Load(string path, InputShape input)
    {
        if (!File.Exists(path))
        {
            throw new DataException($"{path}: no such file, expected a TorchScript archive (.pt).");
        }
        var scan = TorchScriptScan.Read(path);
        jit.ScriptModule<Tensor, Tensor> module;
        try
        {
            module = OutsideAnyScope(() => jit.load<Tensor, Tensor>(path));
        }
        catch (Exception e) when (e is ExternalException or FileNotFoundException or InvalidOperationException)
        {
            throw new DataException(
                $"{path}: not a TorchScript archive that libtorch can load ({FirstLine(e.Message)}).",
                e
            );
        }
        try
        {
            module.eval();
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            var scores = module.call(zeros(1, input.Channels, input.Height, input.Width));
            if (scores.dim() != 2 || scores.shape[0] != 1)
            {
                throw new ModelException(
                    $"{path}: it returned scores of shape ({string.Join(", ", scores.shape)}) for one input, expected (1, classes)."
                );
            }
            return new TorchScriptClassifier(module, scan, input, (int)scores.shape[1]);
        }
        catch (ExternalException e)
        {
            module.Dispose();
            throw new ModelException(
                $"{path}: the model does not take inputs of shape (N, {input.Channels}, {input.Height}, {input.Width}) ({FirstLine(e.Message)}).",
                e
            );
        }
        catch (ModelException)
        {
            module.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Tensor Logits(Tensor x)
    {
        Input.Check(x.shape, "model");
        return _module.call(x);
    }

    /// <inheritdoc/>
    public ModeScope Enter(Mode mode) => ModeScope.Open(_module, mode);

    /// <inheritdoc/>
    public void Dispose() => _module.Dispose();

    /// <summary>Parameters of a module loaded inside a dispose scope die with it; scopes are per thread, so a new thread has none.</summary>
    private static T OutsideAnyScope<T>(Func<T> load)
    {
        T? result = default;
        ExceptionDispatchInfo? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = load();
            }
#pragma warning disable CA1031 // handed over to the calling thread below
            catch (Exception e)
#pragma warning restore CA1031
            {
                error = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        error?.Throw();
        return result!;
    }

    private static string FirstLine(string message) =>
        message.Split('\n', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault()
        ?? "no reason given";
}
