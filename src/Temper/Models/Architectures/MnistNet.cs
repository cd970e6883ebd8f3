using System.ComponentModel.DataAnnotations;
using Temper.Errors;
using Temper.Runs;
using static TorchSharp.torch;

namespace Temper.Models.Architectures;

/// <summary>The 166,406-parameter network of Wong et al. 2020 (fast adversarial training, MNIST).</summary>
/// <remarks>conv 16 4×4/2, ReLU, conv 32 4×4/2, ReLU, fc 100, ReLU, fc classes. State names as in a PyTorch Sequential.</remarks>
[Component(
    "mnist-net",
    "Two strided 4×4 convolutions and two linear layers",
    "Wong et al. 2020, Fast is better than free"
)]
public sealed class MnistNet(MnistNet.Options options) : Architecture
{
    /// <summary>Options of the network.</summary>
    public sealed record Options
    {
        /// <summary>Gets the drop-out rate before the last layer.</summary>
        [System.ComponentModel.Description("drop-out rate before the last layer; 0 is the published network")]
        [Range(0, 0.9)]
        public double Dropout { get; init; }
    }

    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor> Build(InputShape input, int classes)
    {
        if (input.Height % 4 != 0 || input.Width % 4 != 0)
        {
            throw new ModelException($"mnist-net: found inputs of {input}, expected sides divisible by 4.");
        }
        var flat = 32L * (input.Height / 4) * (input.Width / 4);
        List<(string, nn.Module<Tensor, Tensor>)> layers =
        [
            ("0", nn.Conv2d(input.Channels, 16, 4, stride: 2, padding: 1)),
            ("1", nn.ReLU()),
            ("2", nn.Conv2d(16, 32, 4, stride: 2, padding: 1)),
            ("3", nn.ReLU()),
            ("4", nn.Flatten()),
            ("5", nn.Linear(flat, 100)),
            ("6", nn.ReLU()),
        ];
        if (options.Dropout > 0)
        {
            layers.Add(("dropout", nn.Dropout(options.Dropout)));
        }
        layers.Add(("7", nn.Linear(100, classes)));
        return nn.Sequential(layers);
    }
}
