using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Training;

/// <summary>Chooses for each example, among several candidates, that of largest loss; the earlier one of equals.</summary>
internal static class WorstCase
{
    /// <summary>Chooses.</summary>
    /// <param name="candidates">Tensors of one shape (N, …), borrowed.</param>
    /// <param name="losses">The losses of each, shape (N), borrowed.</param>
    /// <returns>Shape as a candidate, detached; the caller owns it.</returns>
    public static Tensor Of(IReadOnlyList<Tensor> candidates, IReadOnlyList<Tensor> losses)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (worst, largest) = (candidates[0].detach().clone(), losses[0].detach());
        for (var i = 1; i < candidates.Count; i++)
        {
            var isLarger = losses[i].detach().gt(largest);
            worst = where(Tensors.PerExample(isLarger, worst), candidates[i].detach(), worst);
            largest = where(isLarger, losses[i].detach(), largest);
        }
        return worst.MoveToOuterDisposeScope();
    }
}
