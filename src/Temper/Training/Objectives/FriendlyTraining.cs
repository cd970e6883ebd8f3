using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>FAT: adversarial training on examples just beyond the boundary; a search stops soon after it is wrong.</summary>
/// <remarks>
/// Zhang et al. 2020 (Attacks which do not kill training), algorithm 1: steps of PGD from a uniform start; an example that is wrong
/// takes τ steps more and rests, and passes are spent on the others alone. With <c>rise</c> τ grows by 1 at 5/12 and again at 3/4 of the
/// training, as in the authors' code. Cost per example: at most (steps + 1)(F+B). Clean accuracy gains, worst-case accuracy loses.
/// </remarks>
[Component(
    "fat",
    "FAT: adversarial training whose searches stop soon after they are wrong",
    "Zhang et al. 2020, Attacks which do not kill training make adversarial learning stronger"
)]
[Guidance(
    "CE(f(x′), y); x′ the iterate of pgd τ steps after the first that is wrong",
    "Clean accuracy matters more than the worst case; searches end early, so a step costs less than that of pgd.",
    "The worst case matters: published models lie some points below pgd under AutoAttack."
)]
public sealed class FriendlyTraining(FriendlyTraining.Options options) : Objective
{
    private static readonly double[] Rises = [5.0 / 12, 3.0 / 4];

    /// <summary>Options of the method.</summary>
    public sealed record Options
    {
        /// <summary>Gets the most inner steps.</summary>
        [Description("most inner gradient steps")]
        [Range(1, 10_000)]
        public int Steps { get; init; } = 10;

        /// <summary>Gets the length of an inner step.</summary>
        [Description("length of an inner step, absolute (2/255) or relative to ε (rel:0.25)")]
        public StepSize Step { get; init; } = StepSize.Parse("rel:0.25");

        /// <summary>Gets the steps taken after an example is wrong.</summary>
        [Description("steps τ that an example takes after it is wrong")]
        [Range(0, 10_000)]
        public int Tau { get; init; }

        /// <summary>Gets whether τ grows during the training.</summary>
        [Description("whether τ grows by 1 at 5/12 and again at 3/4 of the training")]
        public bool Rise { get; init; } = true;
    }

    /// <inheritdoc/>
    public override StepPasses? Passes => new(options.Steps + 1, options.Steps + 1, AtMost: true);

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        var tau = options.Tau + (options.Rise ? Rises.Count(at => step.Fraction >= at) : 0);
        using var crafted = step.Craft((model, rng, _) => Search(step, model, rng.Fork("fat"), tau));
        return step.CrossEntropyAt(crafted);
    }

    private Tensor Search(StepContext step, MeteredClassifier model, Rng rng, int tau)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var x = new Ascent(step, model).Uniform(rng);
        var left = Enumerable.Repeat(tau, step.Batch.Count).ToArray();
        int[] moving = [.. Enumerable.Range(0, step.Batch.Count)];
        for (var taken = 0; taken < options.Steps && moving.Length > 0; taken++)
        {
            using var inner = NewDisposeScope();
            using var batch = step.Batch.Select(moving);
            var rows = tensor(moving.Select(row => (long)row).ToArray(), device: x.device);
            var points = x.index_select(0, rows);
            var (logits, _, gradient) = InputGradient.Compute(model, CrossEntropy.Instance, points, batch.Labels);
            var wrong = Tensors.ToArray<bool>(Margin.Wrong(logits, batch.Labels));
            using var region = step.Threat.Around(batch.Inputs);
            step.Threat.Budgets?.Silence(gradient);
            var before = points.clone();
            region.StepInPlace(points, gradient.nan_to_num_(0, 0, 0), step.Length(options.Step));
            // Whoever is wrong and has no steps left stays where it was found.
            var rests = moving.Select((row, place) => wrong[place] && left[row] == 0).ToArray();
            var stays = Tensors.PerExample(tensor(rests, device: x.device), points);
            x.index_copy_(0, rows, where(stays, before, points));
            for (var place = 0; place < moving.Length; place++)
            {
                left[moving[place]] -= wrong[place] && !rests[place] ? 1 : 0;
            }
            moving = [.. moving.Where((_, place) => !rests[place])];
        }
        return x.MoveToOuterDisposeScope();
    }
}
