using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Models.Passes;

/// <summary><see cref="ConvAlgorithm.Fold"/>: the windows' gradients by one matrix product per image, summed where windows overlap.</summary>
internal sealed class FoldGradient(ConvShape shape, Tensor weight) : ConvBackward(shape, weight)
{
    /// <summary>The matrix (I · kH · kW, O).</summary>
    /// <param name="weight">The weights (O, I, kH, kW).</param>
    public static Tensor Prepare(Tensor weight) => weight.detach().flatten(1).t().contiguous();

    /// <inheritdoc/>
    public override Tensor Of(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var batch = (int)gradient.shape[0];
        // With the batch repeated by hand, each image's windows come out one kernel cell after the other, in either layout.
        var windows = Weight.unsqueeze(0).expand(batch, -1, -1).bmm(gradient.flatten(2));
        var image = empty([batch, Shape.In, Shape.Height, Shape.Width]);
        ThreadTeam.Run(
            batch,
            (member, members) =>
            {
                var (from, to) = (batch * member / members, batch * (member + 1) / members);
                WindowSum.Write(Rows(windows, from, to), Rows(image, from, to), Shape);
            }
        );
        return image.MoveToOuterDisposeScope();
    }

    private static Span<float> Rows(Tensor tensor, int from, int to)
    {
        var all = Tensors.Floats(tensor);
        var row = all.Length / (int)tensor.shape[0];
        return all[(from * row)..(to * row)];
    }
}
