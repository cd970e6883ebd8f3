using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Models;
using Temper.Runs;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>Normal noise, brought into the ball: no search at all, a control beside <c>uniform-noise</c>.</summary>
/// <remarks>
/// The standard deviation is <c>sigma</c> times that at which the noise uses up the budget: ε for a value in L∞, ε / √d for d values
/// in L2, ε · √(π/2) / d in L1, the width of the box in L0, whose budget says nothing of sizes. Noise beyond the ball goes to the
/// nearest legal point. Cost per example and restart: at most <c>points</c> + 1 forwards (one verifies), no gradient.
/// </remarks>
[Component(
    "gaussian-noise",
    "Normal noise brought into the ball, a control; needs labels only",
    "Hendrycks and Dietterich 2019, Benchmarking neural network robustness to common corruptions and perturbations"
)]
public sealed class GaussianNoise(GaussianNoise.Options options) : Attack(options)
{
    /// <summary>Options of the attack.</summary>
    public sealed record Options : AttackOptions
    {
        /// <summary>Gets the number of points per restart.</summary>
        [System.ComponentModel.Description("points drawn per example and restart; it ends earlier once wrong")]
        [Range(1, 1_000_000)]
        public int Points { get; init; } = 100;

        /// <summary>Gets the standard deviation, as a multiple of that at which the noise uses up the budget.</summary>
        [System.ComponentModel.Description(
            "standard deviation, as a multiple of that at which the noise uses up the budget"
        )]
        [Range(0d, 1000d, MinimumIsExclusive = true)]
        public double Sigma { get; init; } = 1;
    }

    /// <inheritdoc/>
    public override PassCeiling? Ceiling(int classes) => new(options.Points + 1, 0);

    /// <inheritdoc/>
    public override Access Needs => Access.Labels;

    /// <inheritdoc/>
    protected override bool CanAim => true;

    /// <inheritdoc/>
    protected override AttackLoss Loss => Margin.Instance;

    /// <inheritdoc/>
    protected override Tensor Core(AttackContext context)
    {
        var values = context.Model.Input.Values;
        // Values that may not change use up nothing.
        var sigma = options.Sigma * context.Threat.Spread(context.Threat.Budgets?.Allowed ?? values);
        return RandomPoints.Run(
            context,
            options.Points,
            (clean, rows, query) =>
            {
                using var scope = NewDisposeScope();
                var noise = tensor(context.Normals(rows, values, query), clean.shape, device: clean.device);
                return (clean + (noise * sigma)).MoveToOuterDisposeScope();
            }
        );
    }
}
