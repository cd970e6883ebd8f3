using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>Gradients as directions of Euclidean length one.</summary>
internal static class Directions
{
    /// <summary>Normalises gradients, each by itself; where one is zero there is no direction, and noise takes its place.</summary>
    /// <param name="context">What the attack works with; it keys the noise.</param>
    /// <param name="gradient">Gradients without values that are not a number, shape (N, D).</param>
    /// <param name="step">The step; it keys the noise.</param>
    /// <returns>Shape (N, D); the caller owns it.</returns>
    public static Tensor Of(AttackContext context, Tensor gradient, int step)
    {
        using var scope = NewDisposeScope();
        // Scaled by the largest value first: the gradient of cross-entropy underflows where the model is sure.
        var largest = gradient.abs().amax([1], keepdim: true);
        var flat = Tensors.ToArray<bool>(largest.eq(0));
        int[] rows = [.. Enumerable.Range(0, flat.Length).Where(row => flat[row])];
        var scaled = gradient / largest.clamp_min(1e-38);
        if (rows.Length > 0)
        {
            var width = (int)gradient.shape[1];
            var noise = tensor(context.Normals(rows, width, step), [rows.Length, width], device: gradient.device);
            scaled.index_copy_(0, tensor([.. rows.Select(row => (long)row)], device: gradient.device), noise);
        }
        context.Threat.Budgets?.Silence(scaled);
        return (scaled / L2Geometry.Instance.Length(scaled).clamp_min(1e-12)).MoveToOuterDisposeScope();
    }
}
