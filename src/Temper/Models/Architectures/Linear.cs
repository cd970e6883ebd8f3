using Temper.Runs;
using static TorchSharp.torch;

namespace Temper.Models.Architectures;

/// <summary>A linear classifier, whose robustness has a closed form.</summary>
[Component("linear", "One linear layer", "closed forms: the distance to a boundary is |Δz| / ‖Δw‖ of the dual norm")]
public sealed class Linear(Linear.Options options) : Architecture
{
    /// <summary>Options of the network.</summary>
    public sealed record Options
    {
        /// <summary>Gets whether the layer has a bias.</summary>
        [System.ComponentModel.Description("whether the layer has a bias")]
        public bool Bias { get; init; } = true;
    }

    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor> Build(InputShape input, int classes) =>
        nn.Sequential(("flatten", nn.Flatten()), ("scores", nn.Linear(input.Values, classes, options.Bias)));
}
