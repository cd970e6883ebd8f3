using System.ComponentModel.DataAnnotations;
using System.Runtime.InteropServices;
using Temper.Losses;
using Temper.Models;
using Temper.Runs;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Temper.Attacks;

/// <summary>SPSA: Adam's steps, projected, along a gradient estimated from scores at probes that move every value up or down by one size.</summary>
/// <remarks>
/// Uesato et al. 2018, section 4.1, after Spall 1992, with the margin as loss. Each example has probes of its own and is asked about
/// until it is wrong. Cost per example and restart: at most <c>queries</c> + 1 forwards, no gradient.
/// </remarks>
[Component(
    "spsa",
    "Adam along estimated gradients, probes of signs; needs scores only",
    "Uesato et al. 2018, Adversarial risk and the dangers of evaluating against weak attacks"
)]
public sealed class Spsa(Spsa.Options options) : Attack(options)
{
    private const double FirstDecay = 0.9;
    private const double SecondDecay = 0.999;

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

        /// <summary>Gets the size of the probes.</summary>
        [System.ComponentModel.Description("how far a probe moves every value, in input units")]
        [Range(0d, 10d, MinimumIsExclusive = true)]
        public double Radius { get; init; } = 0.01;

        /// <summary>Gets the learning rate of Adam.</summary>
        [System.ComponentModel.Description("learning rate of Adam, in input units")]
        [Range(0d, 10d, MinimumIsExclusive = true)]
        public double Rate { get; init; } = 0.01;

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
        using var scope = NewDisposeScope();
        var (first, second) = (zeros_like(context.Clean), zeros_like(context.Clean));
        var step = 0;
        return new ScoreAscent(context, options.Queries, options.Pairs, options.Radius)
            .Run(context.Start(options.Start), Signs, Move)
            .MoveToOuterDisposeScope();

        void Signs(int[] rows, int query, Memory<float> into)
        {
            context.Draws(rows, query, into);
            var draws = into.Span;
            TensorPrimitives.Subtract(draws, 0.5f, draws);
            // The sign of u − ½ on a one, by its bits: a branch would be one that nothing can foretell.
            var bits = MemoryMarshal.Cast<float, int>(draws);
            TensorPrimitives.BitwiseAnd(bits, int.MinValue, bits);
            TensorPrimitives.BitwiseOr(bits, BitConverter.SingleToInt32Bits(1), bits);
        }

        // Kingma and Ba 2015, algorithm 1, upwards.
        void Move(Tensor x, Tensor gradient)
        {
            step++;
            first.mul_(FirstDecay).add_(gradient, 1 - FirstDecay);
            second.mul_(SecondDecay).addcmul_(gradient, gradient, 1 - SecondDecay);
            var scale = (second / (1 - Math.Pow(SecondDecay, step))).sqrt_().add_(1e-8);
            x.addcdiv_(first, scale, options.Rate / (1 - Math.Pow(FirstDecay, step)));
            context.Region.ProjectInPlace(x);
        }
    }
}
