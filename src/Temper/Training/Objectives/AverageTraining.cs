using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>Adversarial training on all of several norms: each example is attacked under every member, and the mean of the losses trains the weights.</summary>
/// <remarks>
/// Tramèr and Boneh 2019, section 2.2, the "avg" strategy. In train mode the members' examples go one after the other, in the order of the
/// union. An example counts as right where the one of largest loss is. With M members the cost per example is M · (steps + 1) (F+B);
/// with <c>apgd</c> inside M forwards more. Under one norm it is <c>pgd</c>.
/// </remarks>
[Component(
    "avg",
    "Training on the examples of all norms of a union alike",
    "Tramèr and Boneh 2019, Adversarial training and robustness for multiple perturbations"
)]
[Guidance(
    "mean over the norms m of CE(f(x′_m), y); x′_m of a search under m",
    "Unions of norms that are to be withstood alike, none of which should take all of the training.",
    "One norm: there it is pgd. The worst case is what counts: max costs about the same and aims at it."
)]
public sealed class AverageTraining(AverageTraining.Options options) : Objective, ITakesUnions
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
        return new(members * (_search.Forwards + 1), members * (options.Steps + 1));
    }

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        using var scope = NewDisposeScope();
        // All searches come first, so that each of them asks the model as it stood before the step.
        Tensor[] crafted = [.. MemberSearch.Of(step.Threat).Select(member => _search.Under(step, member))];
        Tensor[] scores = [.. crafted.Select(step.Logits)];
        step.CountRight(WorstCase.Of(scores, [.. scores.Select(s => step.CrossEntropies(s.detach()))]));
        // The mean of each norm as plain training takes it: of one norm alone this is pgd's loss to the bit, on any processor.
        return stack(scores.Select(step.CrossEntropy)).mean().MoveToOuterDisposeScope();
    }
}
