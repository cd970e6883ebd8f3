using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Temper.Errors;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>MMA: pushes the boundary away from each example, up to a distance, instead of defending one budget.</summary>
/// <remarks>
/// Ding et al. 2020, algorithm 1, with the losses of the authors' code: c · CE(f(x), y) + (1 − c)/B · Σ CE(f(x*_i), y_i), where x*_i is
/// x_i where the model is wrong, else the point near the boundary that <see cref="MarginSearch"/> finds in a ball as large as the distance
/// found for this example before; examples whose boundary lies beyond the largest distance drop out of the sum. Distances are kept
/// per example. L∞, L2 and L1, masks of 0 and 1. In train mode x goes first, then x*. Cost per example: at most (steps + bisections + 2)
/// F + (steps + 2) B.
/// </remarks>
[Component(
    "mma",
    "MMA: pushes each example's boundary away, up to a largest distance",
    "Ding et al. 2020, MMA training: direct input space margin maximization"
)]
[Guidance(
    "c · CE(f(x), y) + (1 − c) · CE(f(x*), y) over examples whose boundary lies nearer than d; x* = x where f is wrong, else the point at the boundary",
    "No single ε is given: the distance of the boundary is pushed out for each example by itself.",
    "One fixed ε is to be withstood: published models claim more under PGD than AutoAttack leaves, and less than pgd. L0, and masks other than 0 and 1, which are refused."
)]
public sealed class MarginTraining(MarginTraining.Options options) : Objective, ICarriesState
{
    // What is looked for reaches a little beyond what counts, so that examples at the limit can be told from those beyond.
    private const double Beyond = 1.05;
    private const string Examples = "examples";
    private const string Distances = "distances";

    private readonly SortedDictionary<long, float> _distances = [];

    /// <summary>Options of the method.</summary>
    public sealed record Options
    {
        /// <summary>Gets the largest distance that is worth pushing to.</summary>
        [Description("largest distance the boundary is pushed to, absolute or relative to ε (rel:1.5)")]
        public StepSize Distance { get; init; } = StepSize.Parse("rel:1.5");

        /// <summary>Gets the ball an example is first looked at in.</summary>
        [Description("smallest ball that is searched, absolute or relative to ε (rel:0.25)")]
        public StepSize Least { get; init; } = StepSize.Parse("rel:0.25");

        /// <summary>Gets the share of the loss on clean inputs.</summary>
        [Description("share c of the cross-entropy on clean inputs")]
        [Range(0d, 1d)]
        public double Clean { get; init; } = 1.0 / 3;

        /// <summary>Gets the number of inner steps.</summary>
        [Description("inner gradient steps, each 2.5 times the ball by their number")]
        [Range(1, 10_000)]
        public int Steps { get; init; } = 10;

        /// <summary>Gets the bisections.</summary>
        [Description("bisections towards the boundary")]
        [Range(1, 100)]
        public int Bisections { get; init; } = 10;
    }

    /// <inheritdoc/>
    public override StepPasses? Passes => new(options.Steps + options.Bisections + 2, options.Steps + 2, AtMost: true);

    /// <inheritdoc/>
    public override StepPasses LossPasses => new(2, 2);

    /// <inheritdoc/>
    public IEnumerable<(string Name, Tensor Value)> State =>
        _distances.Count == 0
            ? []
            : [(Examples, tensor(_distances.Keys.ToArray())), (Distances, tensor(_distances.Values.ToArray()))];

    /// <inheritdoc/>
    public void Forget() => _distances.Clear();

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, Tensor> saved)
    {
        Forget();
        if (saved.TryGetValue(Examples, out var examples) && saved.TryGetValue(Distances, out var distances))
        {
            foreach (var (example, distance) in Tensors.ToArray<long>(examples).Zip(Tensors.ToArray<float>(distances)))
            {
                _distances[example] = distance;
            }
        }
    }

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        if (step.Threat is L0Threat || step.Threat.Budgets is { IsMask: false })
        {
            throw new ConfigException(
                null,
                null,
                "training.objective.id",
                $"mma is defined for linf, l2 and l1, under masks of 0 and 1, found threat {step.Threat.Text}; use pgd."
            );
        }
        using var scope = NewDisposeScope();
        var logits = step.Logits(step.Batch.Inputs);
        var found = step.Once(() => Points(step, logits));
        var crafted = found[0];
        var sizes = Tensors.ToArray<float>(found[1]);
        var most = (float)options.Distance.For(step.Threat.Epsilon);
        var counts = tensor(sizes.Select(s => s < most ? 1f : 0f).ToArray(), device: logits.device);
        var other = step.Logits(crafted);
        step.CountRight(other);
        var pushed = (step.CrossEntropies(other) * counts).sum() / step.Batch.Count;
        step.Afterwards(() => Keep(step.Batch.Indices, sizes));
        return ((options.Clean * step.CrossEntropy(logits)) + ((1 - options.Clean) * pushed)).MoveToOuterDisposeScope();
    }

    /// <summary>Points near the boundary and their distances; what is wrong already stays where it is, at distance 0.</summary>
    private IReadOnlyList<Tensor> Points(StepContext step, Tensor logits)
    {
        int[] right = [.. Rows(SoftMargin.Of(logits, step.Batch.Labels))];
        var sizes = new float[step.Batch.Count];
        var crafted =
            right.Length > 0
                ? step.Craft((model, rng, _) => Search(step, model, rng.Fork("mma"), (right, sizes)))
                : step.Batch.Inputs.clone();
        return [crafted, tensor(sizes)];
    }

    private static IEnumerable<int> Rows(float[] margins) =>
        Enumerable.Range(0, margins.Length).Where(row => margins[row] < 0);

    private Tensor Search(StepContext step, MeteredClassifier model, Rng rng, (int[] Right, float[] Sizes) rows)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var batch = step.Batch.Select(rows.Right);
        var least = (float)options.Least.For(step.Threat.Epsilon);
        var most = Beyond * options.Distance.For(step.Threat.Epsilon);
        float[] sizes =
        [
            .. batch.Indices.Select(i =>
                (float)Math.Min(most, MathF.Max(least, _distances.TryGetValue(i, out var known) ? known : 0))
            ),
        ];
        var search = new MarginSearch(model, batch, step.Threat);
        var found = search.Search(sizes, most, (options.Steps, options.Bisections), (rng, step.Number));
        for (var i = 0; i < sizes.Length; i++)
        {
            rows.Sizes[rows.Right[i]] = sizes[i];
        }
        var places = tensor(rows.Right.Select(row => (long)row).ToArray(), device: found.device);
        return step.Batch.Inputs.clone().index_copy_(0, places, found).MoveToOuterDisposeScope();
    }

    private void Keep(long[] examples, float[] distances)
    {
        foreach (var (example, distance) in examples.Zip(distances))
        {
            _distances[example] = distance;
        }
    }
}
