using System.ComponentModel.DataAnnotations;
using Temper.Runs;
using static TorchSharp.torch;

namespace Temper.Models.Architectures;

/// <summary>A multi-layer perceptron with ReLU.</summary>
[Component("mlp", "Fully connected layers with ReLU", "Rumelhart, Hinton, Williams 1986")]
public sealed class Mlp(Mlp.Options options) : Architecture
{
    /// <summary>Options of the network.</summary>
    public sealed record Options
    {
        /// <summary>Gets the width of each hidden layer.</summary>
        [System.ComponentModel.Description("width of each hidden layer")]
        [Range(1, 100_000)]
        public int Width { get; init; } = 256;

        /// <summary>Gets the number of hidden layers.</summary>
        [System.ComponentModel.Description("number of hidden layers")]
        [Range(1, 100)]
        public int Depth { get; init; } = 2;

        /// <summary>Gets whether BatchNorm follows each hidden layer.</summary>
        [System.ComponentModel.Description("BatchNorm after each hidden layer")]
        public bool BatchNorm { get; init; }

        /// <summary>Gets the drop-out rate after each hidden layer.</summary>
        [System.ComponentModel.Description("drop-out rate after each hidden layer")]
        [Range(0, 0.9)]
        public double Dropout { get; init; }
    }

    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor> Build(InputShape input, int classes)
    {
        List<(string, nn.Module<Tensor, Tensor>)> layers = [("flatten", nn.Flatten())];
        long from = input.Values;
        for (var i = 0; i < options.Depth; i++)
        {
            layers.Add(($"linear{i}", nn.Linear(from, options.Width)));
            if (options.BatchNorm)
            {
                layers.Add(($"norm{i}", nn.BatchNorm1d(options.Width)));
            }
            layers.Add(($"relu{i}", nn.ReLU()));
            if (options.Dropout > 0)
            {
                layers.Add(($"dropout{i}", nn.Dropout(options.Dropout)));
            }
            from = options.Width;
        }
        layers.Add(("scores", nn.Linear(from, classes)));
        return nn.Sequential(layers);
    }
}
