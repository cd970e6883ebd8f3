using Temper.Data;
using Temper.Losses;
using Temper.Models;
using Temper.Models.Passes;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training;

/// <summary>Looks for the distance of the boundary: gradient steps in a ball of each example's own size, then bisection along the way found.</summary>
/// <remarks>
/// Ding et al. 2020, algorithm 2 (AN-PGD). Balls of all sizes are one ball scaled, so steps and projections are made on changes divided by
/// their sizes; norms for which that is not so are refused by the method.
/// </remarks>
/// <param name="model">The metered model, in the mode of the search.</param>
/// <param name="batch">Examples the model gets right, borrowed.</param>
/// <param name="threat">The threat, whose norm, box and mask count.</param>
internal sealed class MarginSearch(MeteredClassifier model, Batch batch, ThreatModel threat)
{
    // Wide enough for any change; the box of inputs is kept separately.
    private const double Wide = 1e6;

    // A step is as long as this, by the steps.
    private const double Reach = 2.5;

    private readonly ThreatModel _unit = ThreatModel.Parse($"{threat.Norm}:1", new PixelRange(-Wide, Wide));

    /// <summary>Searches; (steps + bisections) forwards and steps gradients.</summary>
    /// <param name="sizes">The sizes of the balls; overwritten by the distances found.</param>
    /// <param name="most">The largest distance looked for.</param>
    /// <param name="count">Gradient steps and bisections.</param>
    /// <param name="rng">The stream, and the training step.</param>
    /// <returns>Points at the distances found, shape as the inputs; the caller owns them.</returns>
    public Tensor Search(float[] sizes, double most, (int Steps, int Bisections) count, (Rng Rng, uint Step) rng)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var change = Ascend(sizes, count.Steps, rng);
        var least = new float[sizes.Length];
        var largest = Enumerable.Repeat((float)most, sizes.Length).ToArray();
        for (var turn = 0; turn < count.Bisections; turn++)
        {
            using var inner = NewDisposeScope();
            var margins = SoftMargin.Of(model.Logits(At(change, sizes)), batch.Labels);
            for (var row = 0; row < sizes.Length; row++)
            {
                if (margins[row] < 0)
                {
                    least[row] = MathF.Max(least[row], sizes[row]);
                }
                else
                {
                    largest[row] = MathF.Min(largest[row], sizes[row]);
                }
                sizes[row] = (least[row] + largest[row]) / 2;
            }
        }
        return At(change, sizes).MoveToOuterDisposeScope();
    }

    /// <summary>Changes in units of the sizes.</summary>
    private Tensor Ascend(float[] sizes, int steps, (Rng Rng, uint Step) rng)
    {
        using var scope = NewDisposeScope();
        var origin = zeros_like(batch.Inputs);
        using var region = _unit.Around(origin);
        using var pass = GraphPass.Open(model, batch.Count);
        var change = _unit.RandomStart(origin, batch.Indices, rng.Rng, 0, rng.Step);
        threat.Budgets?.Silence(change);
        for (var step = 0; step < steps; step++)
        {
            using var inner = NewDisposeScope();
            change.copy_(Inside(change, sizes));
            var x = At(change, sizes);
            var (_, _, gradient) = InputGradient.Compute(model, pass, SoftMargin.Instance, x, batch.Labels);
            threat.Budgets?.Silence(gradient);
            region.StepInPlace(change, gradient.nan_to_num_(0, 0, 0), Reach / steps);
        }
        change.copy_(Inside(change, sizes));
        return change.MoveToOuterDisposeScope();
    }

    private Tensor Scaled(float[] sizes) =>
        Tensors.PerExample(tensor(sizes, device: batch.Inputs.device), batch.Inputs);

    private Tensor At(Tensor change, float[] sizes) =>
        (batch.Inputs + (change * Scaled(sizes))).clamp_(threat.Box.Low, threat.Box.High);

    /// <summary>The change as the box leaves it.</summary>
    private Tensor Inside(Tensor change, float[] sizes) => (At(change, sizes) - batch.Inputs) / Scaled(sizes);
}
