using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>Adversarial training on the worst of several norms: each example is attacked under every member, and the point of largest loss trains the weights.</summary>
/// <remarks>
/// Tramèr and Boneh 2019, section 2.2, the "max" strategy. With M members the cost per example is (M · steps + M + 1) F + (M · steps + 1)
/// B, the M forwards being those that compare; with <c>apgd</c> inside M forwards more. Under one norm it is <c>pgd</c>.
/// </remarks>
[Component(
    "max",
    "Training on the worst example over all norms of a union",
    "Tramèr and Boneh 2019, Adversarial training and robustness for multiple perturbations"
)]
[Guidance(
    "CE(f(x′), y); x′ the point of largest loss among those of a search under each norm of the union",
    "Unions of norms, judged by the worst case over them, where a search under each can be paid.",
    "One norm: there it is pgd. Little compute: e-at searches under one norm a batch."
)]
public sealed class MaxTraining(MaxTraining.Options options) : Objective, ITakesUnions
{
    private readonly MemberSearch _search = new(options.Inner, options.Steps, options.Step);

    /// <summary>Options of the method.</summary>
    public sealed record Options
    {
        /// <summary>Gets the inner search.</summary>
        [Description("inner search under each norm: pgd, or apgd, which sets its own steps")]
        public InnerSearch Inner { get; init; } = InnerSearch.Pgd;

        /// <summary>Gets the number of inner steps under each norm.</summary>
        [Description("inner gradient steps under each norm")]
        [Range(1, 10_000)]
        public int Steps { get; init; } = 10;

        /// <summary>Gets the length of an inner step.</summary>
        [Description("length of an inner step of pgd, relative to each norm's ε (rel:0.25)")]
        public StepSize Step { get; init; } = StepSize.Parse("rel:0.25");
    }

    /// <inheritdoc/>
    public override StepPasses? Passes => new(_search.Forwards + 1, options.Steps + 1);

    /// <inheritdoc/>
    public StepPasses PassesUnder(UnionThreat threat)
    {
        var members = threat.Members.Count;
        return new((members * (_search.Forwards + 1)) + 1, (members * options.Steps) + 1);
    }

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        using var scope = NewDisposeScope();
        Tensor[] crafted = [.. MemberSearch.Of(step.Threat).Select(member => _search.Under(step, member))];
        return step.CrossEntropyAt(crafted.Length == 1 ? crafted[0] : Worst(step, crafted)).MoveToOuterDisposeScope();
    }

    private static Tensor Worst(StepContext step, Tensor[] crafted) =>
        step.Craft(
            (model, _, _) =>
            {
                using var scope = NewDisposeScope();
                Tensor[] losses = [.. crafted.Select(x => MemberSearch.Losses(model, x, step.Batch.Labels))];
                return WorstCase.Of(crafted, losses).MoveToOuterDisposeScope();
            }
        );
}
