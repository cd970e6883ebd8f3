using static TorchSharp.torch;

namespace Temper.Models.Passes;

/// <summary><see cref="ConvAlgorithm.Mirrored"/>.</summary>
internal sealed class MirroredGradient(ConvShape shape, Tensor weight) : ConvBackward(shape, weight)
{
    private readonly long[] _padding =
    [
        shape.Window.KernelHeight - 1 - shape.Window.Top,
        shape.Window.KernelWidth - 1 - shape.Window.Left,
    ];

    /// <summary>The kernel, mirrored, from outputs to inputs.</summary>
    /// <param name="weight">The weights (O, I, kH, kW).</param>
    public static Tensor Prepare(Tensor weight) => weight.transpose(0, 1).flip(2, 3).contiguous();

    /// <inheritdoc/>
    public override Tensor Of(Tensor gradient) => nn.functional.conv2d(gradient, Weight, null, [1, 1], _padding);
}
