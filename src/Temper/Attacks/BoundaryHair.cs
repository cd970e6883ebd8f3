using Temper.Models;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>
/// What a search found on the boundary to the last bit may be right again when sums are taken in another order: such a point is moved
/// a hair on.
/// </summary>
internal static class BoundaryHair
{
    private const double Hair = 1e-4;

    /// <summary>Moves points that were scored and do not reach the goal, once, for one more forward pass of those examples; the clean input stays.</summary>
    /// <param name="points">What a search returned, borrowed.</param>
    /// <param name="logits">The scores there.</param>
    /// <param name="reached">Whether each reaches the goal; set where one does after the move.</param>
    /// <param name="search">Clean inputs, threat, aim and model of the search.</param>
    /// <param name="asked">Where the passes of the examples moved are counted.</param>
    /// <returns>Points and scores; the same tensors where nothing is moved.</returns>
    public static (Tensor Points, Tensor Logits) Cross(
        Tensor points,
        Tensor logits,
        bool[] reached,
        (Tensor Clean, ThreatModel Threat, Aim Aim, MeteredClassifier Model) search,
        PassesPerRow asked
    )
    {
        var moved = Tensors.ToArray<bool>(points.ne(search.Clean).flatten(1).any(1));
        bool[] doubtful = [.. reached.Zip(moved, (r, m) => !r && m)];
        if (!doubtful.Contains(true))
        {
            return (points, logits);
        }
        var further = search.Clean + ((points - search.Clean) * (1 + Hair));
        further.clamp_(search.Threat.Box.Low, search.Threat.Box.High);
        // The whole block goes through, so that the arithmetic is that of the other scores; those who are asked about pay.
        var scores = search.Model.Inner.Logits(further);
        asked.Count([.. Enumerable.Range(0, doubtful.Length).Where(row => doubtful[row])], 0);
        var found = Tensors.ToArray<bool>(search.Aim.Reached(scores));
        for (var row = 0; row < found.Length; row++)
        {
            found[row] &= doubtful[row];
            reached[row] |= found[row];
        }
        var take = tensor(found, device: points.device);
        return (where(Tensors.PerExample(take, points), further, points), where(take.unsqueeze(1), scores, logits));
    }
}
