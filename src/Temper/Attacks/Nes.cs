using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Models;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>NES: projected steps along a gradient estimated from scores at normal probes, in pairs of opposite ones.</summary>
/// <remarks>
/// Ilyas et al. 2018, algorithm 1, with the margin as loss. Each example has probes of its own and is asked about until it is wrong.
/// Cost per example and restart: at most <c>queries</c> + 1 forwards, no gradient.
/// </remarks>
[Component(
    "nes",
    "Steps along estimated gradients, normal probes; needs scores only",
    "Ilyas et al. 2018, Black-box adversarial attacks with limited queries and information"
)]
public sealed class Nes(Nes.Options options) : Attack(options)
{
    /// <summary>Options of the attack.</summary>
    public sealed record Options : AttackOptions
    {
        /// <summary>Gets the number of queries per restart.</summary>
        [System.ComponentModel.Description("queries of scores per example and restart; it ends earlier once wrong")]
        [Range(1, 1_000_000)]
        public int Queries { get; init; } = 5000;

        /// <summary>Gets the pairs of probes of one estimate.</summary>
        [System.ComponentModel.Description("pairs of opposite probes of one estimate")]
        [Range(1, 10_000)]
        public int Pairs { get; init; } = 48;

        /// <summary>Gets the standard deviation of the probes.</summary>
        [System.ComponentModel.Description("standard deviation of the probes, in input units")]
        [Range(0d, 10d, MinimumIsExclusive = true)]
        public double Radius { get; init; } = 0.01;

        /// <summary>Gets the length of a step, absolute or relative to ε.</summary>
        [System.ComponentModel.Description("length of a step, absolute (0.01, 2/255) or relative to ε (rel:0.1)")]
        public StepSize Step { get; init; } = StepSize.Parse("rel:0.1");

        /// <summary>Gets the start.</summary>
        [System.ComponentModel.Description("start: clean, or uniform in the ball")]
        public StartKind Start { get; init; } = StartKind.Uniform;
    }

    /// <inheritdoc/>
    public override PassCeiling? Ceiling(int classes) => new(options.Queries + 1, 0);

    /// <inheritdoc/>
    public override Access Needs => Access.Scores;

    /// <inheritdoc/>
    protected override bool CanAim => true;

    /// <inheritdoc/>
    protected override AttackLoss Loss => Margin.Instance;

    /// <inheritdoc/>
    protected override Tensor Core(AttackContext context)
    {
        var size = options.Step.For(context.Threat.Epsilon);
        return new ScoreAscent(context, options.Queries, options.Pairs, options.Radius).Run(
            context.Start(options.Start),
            context.Normals,
            (x, gradient) => context.Region.StepInPlace(x, gradient, size)
        );
    }
}
