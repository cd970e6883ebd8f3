using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Temper.Errors;
using Temper.Losses;
using Temper.Models;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>HAT: TRADES with helpers, points beyond the ball that bear the label an ordinary network gives to the crafted ones.</summary>
/// <remarks>
/// Rade and Moosavi-Dezfooli 2022, eq. (5): TRADES with β, + γ CE(f(x + h (x′ − x)), ŷ), ŷ what a network trained on clean data answers
/// to x′. Helpers may leave the box. In train mode x goes first, then x′, then the helper. Cost per example: (steps + 5) F + (steps + 3)
/// B, one F of them through the ordinary network.
/// </remarks>
[Component(
    "hat",
    "HAT: TRADES with helper examples beyond the ball",
    "Rade and Moosavi-Dezfooli 2022, Reducing excessive margin to achieve a better accuracy vs. robustness trade-off"
)]
[Guidance(
    "CE(f(x), y) + β · KL(p(x) ‖ p(x′)) + γ · CE(f(x + h · (x′ − x)), ŷ); x′ as in trades, ŷ what an ordinary network answers to x′",
    "trades costs too much clean accuracy, and a network trained on clean data is at hand.",
    "No such network: its training counts as well. Inputs that mean nothing outside the box: helpers leave it."
)]
public sealed class HelperTraining(HelperTraining.Options options) : Objective
{
    /// <summary>Options of the method.</summary>
    public sealed record Options
    {
        /// <summary>Gets the ordinary network.</summary>
        [Description("network trained on clean data: a run's folder or a file")]
        public string Model { get; init; } = "";

        /// <summary>Gets the weight of the divergence.</summary>
        [Description("weight β of the divergence")]
        [Range(0d, 1000d)]
        public double Beta { get; init; } = 2.5;

        /// <summary>Gets the weight of the helpers.</summary>
        [Description("weight γ of the cross-entropy at the helpers")]
        [Range(0d, 1000d)]
        public double Gamma { get; init; } = 0.5;

        /// <summary>Gets how far beyond the crafted point the helper lies.</summary>
        [Description("distance of the helper from the clean input, in units of the crafted point's")]
        [Range(1d, 100d)]
        public double Beyond { get; init; } = 2;

        /// <summary>Gets the number of inner steps.</summary>
        [Description("inner gradient steps")]
        [Range(1, 10_000)]
        public int Steps { get; init; } = 10;

        /// <summary>Gets the length of an inner step.</summary>
        [Description("length of an inner step, absolute (2/255) or relative to ε (rel:0.25)")]
        public StepSize Step { get; init; } = StepSize.Parse("rel:0.25");
    }

    /// <inheritdoc/>
    public override StepPasses? Passes => new(options.Steps + 5, options.Steps + 3);

    /// <inheritdoc/>
    public override StepPasses LossPasses => new(3, 3);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Others => options.Model.Length > 0 ? [options.Model] : [];

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        if (options.Model.Length == 0)
        {
            throw new ConfigException(
                null,
                null,
                "training.objective.options.model",
                "hat: no ordinary network is named, expected the path of one trained on clean data."
            );
        }
        using var scope = NewDisposeScope();
        var crafted = step.Craft(
            (model, rng, _) => Trades.Search(step, model, rng.Fork("hat"), (options.Steps, options.Step))
        );
        var helper = step.Once(() => Helpers(step, crafted));
        var (helpers, labels) = (helper[0], helper[1]);
        var clean = step.Logits(step.Batch.Inputs);
        var other = step.Logits(crafted);
        step.CountRight(other);
        var divergence = Divergence.Between(clean.log_softmax(1), other.log_softmax(1)).sum() / step.Batch.Count;
        var helped = nn.functional.cross_entropy(step.Logits(helpers), labels);
        return (
            step.CrossEntropy(clean) + (options.Beta * divergence) + (options.Gamma * helped)
        ).MoveToOuterDisposeScope();
    }

    /// <summary>Inputs, and the labels they are to have.</summary>
    private IReadOnlyList<Tensor> Helpers(StepContext step, Tensor crafted)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var ordinary = step.Other(options.Model);
        using var mode = ordinary.Enter(Mode.Evaluate);
        var labels = ordinary.Logits(crafted).argmax(1);
        var inputs = step.Batch.Inputs + ((crafted - step.Batch.Inputs) * options.Beyond);
        return [inputs.MoveToOuterDisposeScope(), labels.MoveToOuterDisposeScope()];
    }
}
