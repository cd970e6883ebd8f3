using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Models;
using Temper.Models.Passes;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>MSD: one search for several norms, each step of which is the one of all norms that raises the loss most.</summary>
/// <remarks>
/// Maini et al. 2020, algorithm 1: from the clean input, every step tries the steepest step of each member, each projected onto its ball,
/// and keeps for each example that of largest loss. With M members the cost per example is ((M + 1) · steps + 1) F + (steps + 1) B. Under
/// one norm nothing is compared, and it is <c>pgd</c> from the clean input.
/// </remarks>
[Component(
    "msd",
    "MSD: training on one search whose steps take the steepest of all norms of a union",
    "Maini et al. 2020, Adversarial robustness against the union of multiple perturbation models"
)]
[Guidance(
    "CE(f(x′), y); x′ of one search, each step of which is the one of all norms' steepest steps that raises the loss most",
    "Unions of norms: one search that mixes them, the best of max, avg and msd in the paper (MNIST).",
    "One norm: there it is pgd from the clean input. Little compute: M norms take M + 1 forward passes a step."
)]
public sealed class SteepestTraining(SteepestTraining.Options options) : Objective, ITakesUnions
{
    /// <summary>Options of the method.</summary>
    public sealed record Options
    {
        /// <summary>Gets the number of inner steps.</summary>
        [Description("inner gradient steps; each is tried under every norm")]
        [Range(1, 10_000)]
        public int Steps { get; init; } = 10;

        /// <summary>Gets the length of an inner step.</summary>
        [Description("length of an inner step, relative to each norm's ε (rel:0.25)")]
        public StepSize Step { get; init; } = StepSize.Parse("rel:0.25");
    }

    /// <inheritdoc/>
    public override StepPasses? Passes => new(options.Steps + 1, options.Steps + 1);

    /// <inheritdoc/>
    public StepPasses PassesUnder(UnionThreat threat) =>
        new(((threat.Members.Count + 1) * options.Steps) + 1, options.Steps + 1);

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        MemberSearch.Check(step.Threat, options.Step);
        using var crafted = step.Craft((model, _, _) => Search(step, model));
        return step.CrossEntropyAt(crafted);
    }

    private Tensor Search(StepContext step, MeteredClassifier model)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        (ThreatModel Threat, ThreatRegion Region)[] members =
        [
            .. MemberSearch.Of(step.Threat).Select(m => (m, m.Around(step.Batch.Inputs))),
        ];
        try
        {
            using var pass = GraphPass.Open(model, step.Batch.Count);
            var x = step.Batch.Inputs.clone();
            for (var taken = 0; taken < options.Steps; taken++)
            {
                using var inner = NewDisposeScope();
                var (_, _, gradient) = InputGradient.Compute(model, pass, CrossEntropy.Instance, x, step.Batch.Labels);
                gradient.nan_to_num_(0, 0, 0);
                Tensor[] tried = [.. members.Select(m => Stepped(step, x, gradient, m))];
                x.copy_(tried.Length == 1 ? tried[0] : Worst(step, model, tried));
            }
            return x.MoveToOuterDisposeScope();
        }
        finally
        {
            foreach (var (_, region) in members)
            {
                region.Dispose();
            }
        }
    }

    private Tensor Stepped(
        StepContext step,
        Tensor x,
        Tensor gradient,
        (ThreatModel Threat, ThreatRegion Region) member
    )
    {
        var next = x.clone();
        // A region may write into the gradient it is given.
        using var own = gradient.clone();
        member.Threat.Budgets?.Silence(own);
        var size = MemberSearch.Scaled(step, member.Threat, options.Step);
        member.Region.StepInPlace(next, own, size.For(member.Threat.Epsilon));
        return next;
    }

    private static Tensor Worst(StepContext step, MeteredClassifier model, Tensor[] tried) =>
        WorstCase.Of(tried, [.. tried.Select(x => MemberSearch.Losses(model, x, step.Batch.Labels))]);
}
