using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>MART: adversarial training that weighs up what the model gets wrong already.</summary>
/// <remarks>
/// Wang et al. 2020, eq. (10): mean BCE + (β/B) Σ_i KL(p(x_i) ‖ p(x′_i)) (1 − p_y(x_i)), where BCE is
/// −log p_y(x′) − log(1.0001 − max_{k≠y} p_k(x′)); the constants that keep logarithms finite are the authors', but for one too small
/// for float32. x′ ascends the cross-entropy from x + 0.001 · normal noise. In train mode x goes first, then x′. Cost per example:
/// (steps + 2)(F+B). Under strong attacks it has been measured below <c>trades</c> and <c>pgd</c>, while above them under PGD.
/// </remarks>
[Component(
    "mart",
    "MART: adversarial training that weighs examples by how wrong they are",
    "Wang et al. 2020, Improving adversarial robustness requires revisiting misclassified examples"
)]
[Guidance(
    "−log p_y(x′) − log(1.0001 − max_{k≠y} p_k(x′)) + β · KL(p(x) ‖ p(x′)) · (1 − p_y(x)); x′ as in pgd, from x + 0.001 · N(0, 1)",
    "Examples that are wrong already are to weigh more; comparisons with published rows.",
    "Anything judged by PGD: replications find it 1 to 3 points above pgd and trades there, and 1 to 2 below them under AutoAttack. Go by AutoAttack alone."
)]
public sealed class Mart(Mart.Options options) : Objective
{
    private const double AboveOne = 1.0001;
    private const double BarelyAboveOne = 1.0000001;

    /// <summary>Options of the method.</summary>
    public sealed record Options
    {
        /// <summary>Gets the weight of the weighted divergence.</summary>
        [Description("weight β of the weighted divergence")]
        [Range(0d, 1000d)]
        public double Beta { get; init; } = 5;

        /// <summary>Gets the number of inner steps.</summary>
        [Description("inner gradient steps")]
        [Range(1, 10_000)]
        public int Steps { get; init; } = 10;

        /// <summary>Gets the length of an inner step.</summary>
        [Description("length of an inner step, absolute (2/255) or relative to ε (rel:0.25)")]
        public StepSize Step { get; init; } = StepSize.Parse("rel:0.25");
    }

    /// <inheritdoc/>
    public override StepPasses? Passes => new(options.Steps + 2, options.Steps + 2);

    /// <inheritdoc/>
    public override StepPasses LossPasses => new(2, 2);

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        using var scope = NewDisposeScope();
        var crafted = step.Craft(
            (model, rng, _) =>
            {
                var ascent = new Ascent(step, model);
                using var start = ascent.Nearby(rng.Fork("mart"), Trades.Noise);
                return ascent.Climb(CrossEntropy.Instance, start, options.Steps, options.Step);
            }
        );
        var clean = step.Logits(step.Batch.Inputs).log_softmax(1);
        var logits = step.Logits(crafted);
        step.CountRight(logits);
        var other = logits.log_softmax(1);
        var column = step.Batch.Labels.unsqueeze(1);
        var isRight = zeros_like(other, dtype: ScalarType.Bool)
            .scatter_(1, column, ones_like(column, dtype: ScalarType.Bool));
        var rival = other.exp().masked_fill(isRight, -1).amax([1]);
        var boosted = step.CrossEntropy(logits) - (AboveOne - rival).log().mean();
        var doubt = BarelyAboveOne - clean.gather(1, column).squeeze(1).exp();
        var weighted = (Divergence.Between(clean, other) * doubt).sum() / step.Batch.Count;
        return (boosted + (options.Beta * weighted)).MoveToOuterDisposeScope();
    }
}
