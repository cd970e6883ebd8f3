using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Models;

/// <summary>A map from inputs to class scores that owns its preprocessing.</summary>
public interface IClassifier : IDisposable
{
    /// <summary>Gets the kind for manifests: <c>built-in</c>, <c>module</c>, <c>torchscript</c>, <c>onnx</c>, <c>onnx-scores</c>.</summary>
    string Kind { get; }

    /// <summary>Gets the number of classes.</summary>
    int Classes { get; }

    /// <summary>Gets the shape of one input.</summary>
    InputShape Input { get; }

    /// <summary>Gets the box of legal inputs; budgets are in its units.</summary>
    PixelRange Range { get; }

    /// <summary>Gets what an adversary can see.</summary>
    Access Access { get; }

    /// <summary>Gets the device the inputs must be on.</summary>
    Device Device { get; }

    /// <summary>Computes the class scores.</summary>
    /// <param name="x">Inputs, shape (N, C, H, W), float32; borrowed.</param>
    /// <returns>Scores, shape (N, classes); a fresh handle the caller owns.</returns>
    Tensor Logits(Tensor x);

    /// <summary>Switches every submodule to a mode; disposing the scope restores each submodule's own mode.</summary>
    /// <param name="mode">The mode.</param>
    ModeScope Enter(Mode mode);
}
