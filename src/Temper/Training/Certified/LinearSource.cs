using Temper.Models.Graphs;
using static TorchSharp.torch;

namespace Temper.Training.Certified;

/// <summary>A convolution or linear layer of which intervals are asked later, when it is known whether a BatchNorm follows.</summary>
/// <remarks>A BatchNorm only scales weights, which are few; done to middles and radii it would walk through both.</remarks>
/// <param name="Op">The operator.</param>
/// <param name="Input">What enters it.</param>
/// <param name="Weight">Its weight (O, …).</param>
/// <param name="Bias">Its bias (O); null for none.</param>
internal sealed record LinearSource(GraphOp Op, Enclosure Input, Tensor Weight, Tensor? Bias)
{
    /// <summary>The middles.</summary>
    public Tensor Middle() =>
        Op.Apply(Bias is null ? [Input.Middle, Weight] : [Input.Middle, Weight, Bias], training: false);

    /// <summary>The radii.</summary>
    public Tensor Radius() => Op.Apply([Input.Radius, Weight.abs()], training: false);

    /// <summary>The same with results scaled and shifted.</summary>
    /// <param name="factor">Factors (O).</param>
    /// <param name="shift">What is added after (O).</param>
    public LinearSource Scaled(Tensor factor, Tensor shift) =>
        this with
        {
            Weight = Weight * factor.view([-1, .. Enumerable.Repeat(1L, (int)Weight.dim() - 1)]),
            Bias = Bias is null ? shift : (Bias * factor) + shift,
        };
}
