using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Numerics;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>The attack of Carlini and Wagner by squared Euclidean length, with a constant searched for each example.</summary>
/// <remarks>
/// Carlini and Wagner 2017, section V, f₆ without confidence, Adam in tanh space. Here the tanh reaches a little beyond the box and
/// is cut off there: values at a face are met exactly and still have a slope. Nothing ends early, so examples do not influence each
/// other. The last steps, up to 20, draw what was found to the foot of the linearised boundary. Cost per example and restart:
/// <c>searches</c> · <c>steps</c> gradients and at most 3 more forwards.
/// </remarks>
[Component(
    "cw",
    "Carlini and Wagner: the nearest wrong point in L2, by Adam, with a constant searched for each example",
    "Carlini and Wagner 2017, Towards evaluating the robustness of neural networks"
)]
public sealed class CarliniWagner(CarliniWagner.Options options) : Attack(options)
{
    /// <summary>Beyond this the loss overflows in float32 (the authors' code ends there as well).</summary>
    private const double LargestConstant = 1e10;

    /// <summary>Options of the attack.</summary>
    public sealed record Options : AttackOptions
    {
        /// <summary>Gets the number of gradient steps for each constant.</summary>
        [System.ComponentModel.Description("gradient steps for each constant")]
        [Range(1, 100_000)]
        public int Steps { get; init; } = 1000;

        /// <summary>Gets the number of constants tried.</summary>
        [System.ComponentModel.Description("constants tried for each example, by tenfold steps and bisection")]
        [Range(1, 100)]
        public int Searches { get; init; } = 9;

        /// <summary>Gets the learning rate of Adam.</summary>
        [System.ComponentModel.Description("learning rate of Adam in tanh space")]
        [Range(0d, 10d, MinimumIsExclusive = true)]
        public double Rate { get; init; } = 0.01;

        /// <summary>Gets the first constant.</summary>
        [System.ComponentModel.Description("first weight of the margin against the squared length")]
        [Range(0d, LargestConstant, MinimumIsExclusive = true)]
        public double Constant { get; init; } = 0.001;
    }

    // How far the tanh reaches, in halves of the box: in the paper, values at a face have no slope and do not leave it.
    private const double Reach = 1.1;
    private const int Refined = 5;
    private const int MostRefinement = 20;
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Tiny = 1e-8;

    /// <inheritdoc/>
    protected override bool BeginsAlike => true;

    /// <inheritdoc/>
    protected override AttackLoss Loss => Margin.Instance;

    /// <inheritdoc/>
    public override PassCeiling? Ceiling(int classes) =>
        new(((long)options.Searches * options.Steps) + 4, (long)options.Searches * options.Steps);

    /// <inheritdoc/>
    protected override bool SeeksMinimum => true;

    /// <inheritdoc/>
    public override bool Supports(ThreatModel threat) => threat is L2Threat;

    /// <inheritdoc/>
    protected override Tensor Core(AttackContext context)
    {
        using var scope = NewDisposeScope();
        using var nearest = new NearestWrong(context);
        var n = (int)context.Clean.shape[0];
        var (low, high) = (new double[n], Enumerable.Repeat(double.PositiveInfinity, n).ToArray());
        var constants = Enumerable.Repeat(options.Constant, n).ToArray();
        var refinement = Math.Min(MostRefinement, options.Steps / Refined);
        var last = context.Clean.flatten(1).clone();
        for (var search = 0; search < options.Searches; search++)
        {
            var isLast = search == options.Searches - 1;
            var found = Descend(context, nearest, constants, (options.Steps - (isLast ? refinement : 0), last));
            for (var i = 0; i < n; i++)
            {
                (low[i], high[i]) = found[i]
                    ? (low[i], Math.Min(high[i], constants[i]))
                    : (Math.Max(low[i], constants[i]), high[i]);
                constants[i] = double.IsInfinity(high[i])
                    ? Math.Min(constants[i] * 10, LargestConstant)
                    : (low[i] + high[i]) / 2;
            }
        }
        new BoundaryRefinement(context, NormGeometry.Of(context.Threat, Id), nearest).Run(last, refinement);
        return nearest.Points().MoveToOuterDisposeScope();
    }

    /// <summary>Minimises squared length plus constant times hinged margin; tells which examples were wrong on the way.</summary>
    private bool[] Descend(
        AttackContext context,
        NearestWrong nearest,
        double[] constants,
        (int Count, Tensor Last) steps
    )
    {
        using var scope = NewDisposeScope();
        var box = context.Threat.Box;
        var (centre, half) = ((box.High + box.Low) / 2, box.Width / 2 * Reach);
        var clean = context.Clean.flatten(1);
        var weight = tensor(constants, dtype: ScalarType.Float32, device: clean.device).unsqueeze(1);
        var w = ((clean - centre) / half).atanh();
        var (first, second) = (zeros_like(w), zeros_like(w));
        var found = zeros([clean.shape[0], 1], dtype: ScalarType.Bool, device: clean.device);
        for (var step = 1; step <= steps.Count; step++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var unit = w.tanh();
            var x = ((unit * half) + centre).clamp_(box.Low, box.High);
            context.Threat.Budgets?.Pin(x, clean);
            var (logits, margin, raw) = context.Gradient(Loss, x.view_as(context.Clean));
            found.logical_or_(nearest.Offer(x, logits, BoundaryRefinement.Hair));
            steps.Last.copy_(x);
            if (step == steps.Count)
            {
                break;
            }
            var pull = where(margin.lt(0).unsqueeze(1), weight, zeros_like(weight));
            var slope = ((x - clean) * 2) - (raw.nan_to_num_(0, 0, 0).flatten(1) * pull);
            slope.mul_(1 - unit.square()).mul_(half);
            first.mul_(Beta1).add_(slope, 1 - Beta1);
            second.mul_(Beta2).addcmul_(slope, slope, 1 - Beta2);
            var (bias1, bias2) = (1 - Math.Pow(Beta1, step), 1 - Math.Pow(Beta2, step));
            w.sub_(first / bias1 / ((second / bias2).sqrt_() + Tiny) * options.Rate);
        }
        return Tensors.ToArray<bool>(found);
    }
}
