using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Models;
using Temper.Runs;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>Points drawn uniformly from the ball: no search at all, the weakest control there is.</summary>
/// <remarks>
/// What this breaks needs no adversary. A model that random points hurt as much as an attack does not resist the attack; an attack
/// that breaks no more than random points does not work. Cost per example and restart: at most <c>points</c> + 1 forwards (one
/// verifies), no gradient.
/// </remarks>
[Component(
    "uniform-noise",
    "Uniform points of the ball, a control; needs labels only",
    "The start of Madry et al. 2018, Towards deep learning models resistant to adversarial attacks, without a step"
)]
public sealed class UniformNoise(UniformNoise.Options options) : Attack(options)
{
    /// <summary>Options of the attack.</summary>
    public sealed record Options : AttackOptions
    {
        /// <summary>Gets the number of points per restart.</summary>
        [System.ComponentModel.Description("points drawn per example and restart; it ends earlier once wrong")]
        [Range(1, 1_000_000)]
        public int Points { get; init; } = 100;
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
    protected override Tensor Core(AttackContext context) => RandomPoints.Run(context, options.Points, context.Uniform);
}
