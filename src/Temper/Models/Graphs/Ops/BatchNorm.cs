using Temper.Models.Passes;
using static TorchSharp.torch;

namespace Temper.Models.Graphs.Ops;

/// <summary>
/// Batch normalisation; inputs: values (N, C, …), weight, bias, running mean and running variance, each (C), and a counter of
/// batches where there is one. In training it goes by the batch and moves the running statistics.
/// </summary>
/// <remarks>Ioffe and Szegedy 2015, algorithm 1.</remarks>
/// <param name="Epsilon">What is added to the variance.</param>
/// <param name="Momentum">The weight of the batch in the running statistics.</param>
public sealed record BatchNorm(double Epsilon = 1e-5, double Momentum = 0.1) : GraphOp
{
    /// <inheritdoc/>
    public override string Name => "BatchNormalization";

    /// <inheritdoc/>
    public override long[] ShapeOf(IReadOnlyList<long[]> inputs) =>
        inputs.Count >= 5 && inputs[0].Length >= 2 && inputs.Skip(1).Take(4).All(s => s is [var c] && c == inputs[0][1])
            ? [.. inputs[0]]
            : throw Unfit(inputs, "values (N, C, …) and four times (C): weight, bias, running mean, running variance");

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs, bool training)
    {
        if (training && inputs.Count > 5)
        {
            using var noGrad = no_grad();
            inputs[5].add_(1);
        }
        return nn.functional.batch_norm(
            inputs[0],
            inputs[3],
            inputs[4],
            inputs[1],
            inputs[2],
            training,
            Momentum,
            Epsilon
        );
    }

    /// <inheritdoc/>
    internal override OpRecord Record(OpCall call)
    {
        if (call.Training || !call.WantsFirstOnly)
        {
            return base.Record(call);
        }
        // With standing statistics it is a scale and a shift per channel.
        var scale = call.Prepared(() => Scale(call.Inputs));
        return new(Apply(call.Inputs, training: false), gradient => [gradient.mul(scale)]);
    }

    private Tensor Scale(Tensor[] inputs)
    {
        using var scope = NewDisposeScope();
        var perChannel = inputs[1].detach() / (inputs[4] + Epsilon).sqrt();
        long[] shape = [1, -1, .. Enumerable.Repeat(1L, (int)inputs[0].dim() - 2)];
        return perChannel.view(shape).DetachFromDisposeScope();
    }
}
