using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>SCORE: probabilities near the labels and near each other within the ball, by squared distances.</summary>
/// <remarks>
/// Pang et al. 2022, section 4: mean ‖p(x) − y‖² + β · mean ‖p(x′) − p(x)‖², sums over classes, y the label as a 0-1 vector; the
/// gradient flows through both answers. x′ ascends ‖p(x′) − p(x)‖² from a uniform start. In train mode x goes first, then x′. Cost per
/// example: (steps + 3) F + (steps + 2) B.
/// </remarks>
[Component(
    "score",
    "SCORE: squared distances of probabilities, to the label and within the ball",
    "Pang et al. 2022, Robustness and accuracy could be reconcilable by (proper) definition"
)]
[Guidance(
    "‖p(x) − y‖² + β · ‖p(x′) − p(x)‖²; x′ ≈ argmax ‖p(·) − p(x)‖² over the ball; y as a 0-1 vector",
    "Much data, as with a generated second set (data.extra), where the published figures come from.",
    "Short trainings from chance: the slope of squared distances vanishes where the model is surely wrong. Comparison of losses with other methods."
)]
public sealed class Score(Score.Options options) : Objective
{
    /// <summary>Options of the method.</summary>
    public sealed record Options
    {
        /// <summary>Gets the weight of the distance within the ball.</summary>
        [Description("weight β of the squared distance within the ball")]
        [Range(0d, 1000d)]
        public double Beta { get; init; } = 4;

        /// <summary>Gets the number of inner steps.</summary>
        [Description("inner gradient steps")]
        [Range(1, 10_000)]
        public int Steps { get; init; } = 10;

        /// <summary>Gets the length of an inner step.</summary>
        [Description("length of an inner step, absolute (2/255) or relative to ε (rel:0.25)")]
        public StepSize Step { get; init; } = StepSize.Parse("rel:0.25");
    }

    /// <inheritdoc/>
    public override StepPasses? Passes => new(options.Steps + 3, options.Steps + 2);

    /// <inheritdoc/>
    public override StepPasses LossPasses => new(2, 2);

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        using var scope = NewDisposeScope();
        var crafted = step.Craft((model, rng, _) => Search(step, model, rng.Fork("score")));
        var clean = step.Logits(step.Batch.Inputs).softmax(1);
        var logits = step.Logits(crafted);
        step.CountRight(logits);
        var labels = step.Probabilities(clean);
        var atLabel = ProbabilityGap.Between(clean, labels).mean();
        var within = ProbabilityGap.Between(logits.softmax(1), clean).mean();
        return (atLabel + (options.Beta * within)).MoveToOuterDisposeScope();
    }

    private Tensor Search(StepContext step, MeteredClassifier model, Rng rng)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var ascent = new Ascent(step, model);
        var loss = new ProbabilityGap(model.Logits(step.Batch.Inputs).softmax(1), weight: 1, crossEntropy: 0);
        return ascent.Climb(loss, ascent.Uniform(rng), options.Steps, options.Step).MoveToOuterDisposeScope();
    }
}
