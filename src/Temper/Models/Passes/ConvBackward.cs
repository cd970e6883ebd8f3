using TorchSharp;
using static TorchSharp.torch;

namespace Temper.Models.Passes;

/// <summary>The gradient of one convolution with respect to its input, weights prepared once for many passes.</summary>
/// <param name="shape">The convolution.</param>
/// <param name="weight">What the algorithm made of the weights; owned.</param>
internal abstract class ConvBackward(ConvShape shape, Tensor weight) : IDisposable
{
    /// <summary>Gets the convolution.</summary>
    protected ConvShape Shape => shape;

    /// <summary>Gets the prepared weights.</summary>
    protected Tensor Weight => weight;

    /// <summary>Prepares an algorithm.</summary>
    /// <param name="algorithm">The algorithm; it must fit the shape.</param>
    /// <param name="shape">The convolution, of one group, without dilation, with the same padding on opposite sides.</param>
    /// <param name="weight">The weights (O, I, kH, kW), borrowed.</param>
    /// <param name="channelsLast">Whether images have their channels last.</param>
    public static ConvBackward Create(ConvAlgorithm algorithm, ConvShape shape, Tensor weight, bool channelsLast)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var copiesPixels = channelsLast && weight.device_type == DeviceType.CPU && weight.dtype == ScalarType.Float32;
        var prepared = algorithm switch
        {
            ConvAlgorithm.Mirrored => MirroredGradient.Prepare(weight),
            ConvAlgorithm.SubPixel => SubPixelGradient.Prepare(shape, weight, copiesPixels),
            ConvAlgorithm.Fold => FoldGradient.Prepare(weight),
            _ => weight.detach(),
        };
        if (channelsLast && algorithm != ConvAlgorithm.Fold)
        {
            prepared = Layout.ChannelsLast(prepared);
        }
        prepared = prepared.DetachFromDisposeScope();
        return algorithm switch
        {
            ConvAlgorithm.Mirrored => new MirroredGradient(shape, prepared),
            ConvAlgorithm.SubPixel => new SubPixelGradient(shape, prepared, copiesPixels),
            ConvAlgorithm.Fold => new FoldGradient(shape, prepared),
            _ => new TransposedGradient(shape, prepared),
        };
    }

    /// <summary>Computes the gradient with respect to the input.</summary>
    /// <param name="gradient">The gradient with respect to the result, shape (N, O, H′, W′); borrowed.</param>
    /// <returns>Shape (N, I, H, W); a fresh tensor the caller owns.</returns>
    public abstract Tensor Of(Tensor gradient);

    /// <inheritdoc/>
    public void Dispose() => weight.Dispose();
}
