using Temper.Errors;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Models;

/// <summary>A <c>torch.nn.Module</c> — built in or a user's own — as a classifier.</summary>
public sealed class ModuleClassifier : IClassifier
{
    /// <summary>Wraps a module and takes ownership of it.</summary>
    /// <param name="module">Maps (N, C, H, W) to (N, classes). Build it outside any dispose scope. Normalisation belongs inside it.</param>
    /// <param name="input">The shape of one input.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="range">The box of legal inputs; [0, 1] when absent.</param>
    /// <param name="kind">The kind for manifests.</param>
    public ModuleClassifier(
        nn.Module<Tensor, Tensor> module,
        InputShape input,
        int classes,
        PixelRange? range = null,
        string kind = "module"
    )
    {
        Module = module;
        Input = input;
        Classes = classes;
        Range = range ?? PixelRange.Unit;
        Kind = kind;
        Device = module.parameters().FirstOrDefault()?.device ?? CPU;
    }

    /// <summary>Gets the wrapped module.</summary>
    public nn.Module<Tensor, Tensor> Module { get; }

    /// <inheritdoc/>
    public string Kind { get; }

    /// <inheritdoc/>
    public int Classes { get; }

    /// <inheritdoc/>
    public InputShape Input { get; }

    /// <inheritdoc/>
    public PixelRange Range { get; }

    /// <inheritdoc/>
    public Access Access => Access.Gradients;

    /// <inheritdoc/>
    public Device Device { get; }

    /// <inheritdoc/>
    public Tensor Logits(Tensor x)
    {
        Input.Check(x.shape, "model");
        var scores = Module.call(x);
        if (scores.dim() != 2 || scores.shape[0] != x.shape[0] || scores.shape[1] != Classes)
        {
            var found = string.Join(", ", scores.shape);
            scores.Dispose();
            throw new ModelException(
                $"model: it returned scores of shape ({found}), expected ({x.shape[0]}, {Classes})."
            );
        }
        return scores;
    }

    /// <inheritdoc/>
    public ModeScope Enter(Mode mode) => ModeScope.Open(Module, mode);

    /// <inheritdoc/>
    public void Dispose() => Module.Dispose();
}
