using System.Globalization;
using Temper.Errors;
using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>Which inputs an adversary may submit: all points of a box within a norm ball around the clean input.</summary>
/// <remarks>Attacks never name a norm; they use the operations offered here.</remarks>
public abstract record ThreatModel
{
    private const string MaskMark = " mask=";
    private static readonly string[] Norms = ["linf", "l2", "l1", "l0"];

    private protected ThreatModel(Epsilon epsilon, PixelRange box)
    {
        Epsilon = epsilon;
        Box = box;
    }

    /// <summary>Gets the perturbation budget, in units of <see cref="Box"/>.</summary>
    public Epsilon Epsilon { get; }

    /// <summary>Gets the box of legal inputs.</summary>
    public PixelRange Box { get; }

    /// <summary>Gets which values may change and how much of the budget each has; null where all have the whole.</summary>
    public ValueBudgets? Budgets { get; private protected init; }

    /// <summary>Gets what the model is wanted to answer; any wrong class by default.</summary>
    public Goal Goal { get; init; } = Goal.Untargeted;

    /// <summary>Gets the norm's name in the text form: <c>linf</c>, <c>l2</c>, <c>l1</c>, <c>l0</c>, or <c>union</c>.</summary>
    public abstract string Norm { get; }

    /// <summary>Gets the text form, such as <c>linf:8/255</c>, <c>linf:8/255 target=3</c>, or with a mask <c>linf:0.3 mask=1a2b3c4d</c>.</summary>
    public string Text => Written + (Budgets is null ? "" : MaskMark + Budgets.Short) + Goal.Suffix;

    /// <summary>Gets what to say of a budget that is too large.</summary>
    private protected virtual string Hint =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"budgets are in input units (did you mean {Norm}:{Epsilon.Value}/255?)"
        );

    /// <summary>Reads the text form <c>norm:budget</c>, such as <c>linf:8/255</c>, <c>l2:1.5</c>, <c>l1:10</c>, <c>l0:20</c>, and a goal after it, such as <c>target=3</c>; several joined by + are a union.</summary>
    /// <param name="text">The text form.</param>
    /// <param name="box">The box of legal inputs; [0, 1] when absent.</param>
    /// <exception cref="ThreatException">The text is not of that form or the budget is impossible.</exception>
    public static ThreatModel Parse(string text, PixelRange? box = null)
    {
        if (text.Contains(MaskMark, StringComparison.Ordinal))
        {
            throw new ThreatException(
                $"threat '{text}': the text of a mask holds its hash alone; give the mask itself, by --mask FILE."
            );
        }
        var (rest, goal) = Goal.Split(text);
        if (UnionThreat.Split(rest) is { Count: > 1 } members)
        {
            return goal.IsTargeted
                ? throw new ThreatException(
                    $"threat '{text}': a union of norms takes no goal so far; aim under one member."
                )
                : new UnionThreat([.. members.Select(member => Parse(member, box))]);
        }
        var parts = rest.Split(':', 2);
        if (parts.Length != 2)
        {
            throw new ThreatException(
                $"threat '{text}': expected norm:budget, such as linf:8/255, l2:1.5, l1:10 or l0:20."
            );
        }
        if (!Epsilon.TryParse(parts[1], out var epsilon))
        {
            throw new ThreatException(
                $"threat '{text}': found {Excerpt.Of(parts[1])} as the budget, expected {Epsilon.Expected}."
            );
        }
        box ??= PixelRange.Unit;
        ThreatModel threat = parts[0].ToLowerInvariant() switch
        {
            "linf" => new LinfThreat(epsilon, box),
            "l2" => new L2Threat(epsilon, box),
            "l1" => new L1Threat(epsilon, box),
            "l0" => new L0Threat(epsilon, box),
            _ => throw new ThreatException(
                $"threat '{text}': unknown norm '{parts[0]}'{NearestName.Suggest(parts[0], Norms)}; expected linf, l2, l1 or l0 (such as linf:8/255 or l2:1.5)."
            ),
        };
        return threat with { Goal = goal };
    }

    /// <summary>The same threat with another budget.</summary>
    /// <param name="epsilon">The new budget.</param>
    public abstract ThreatModel With(Epsilon epsilon);

    /// <summary>The same threat for some values only, or with a share of the budget for each.</summary>
    /// <param name="budgets">The shares; between 0 and 1 for <c>linf</c>, 0 or 1 for the other norms.</param>
    /// <exception cref="ThreatException">The norm does not know such shares.</exception>
    public virtual ThreatModel Under(ValueBudgets budgets) =>
        budgets.IsMask || this is LinfThreat
            ? this with
            {
                Budgets = budgets,
            }
            : throw new ThreatException(
                $"threat {Text}: mask {budgets.Short} holds shares between 0 and 1, which linf alone knows; under {Norm} a value may change (1) or may not (0)."
            );

    /// <summary>The largest budget of this norm that is not above a value; budgets of L0 are whole numbers.</summary>
    /// <param name="value">The value, from 0.</param>
    public virtual double Affordable(double value) => value;

    /// <summary>The same threat with a share of the budget, and how large that is: in a union, whose members shrink alike, the share itself.</summary>
    /// <param name="share">The share, above 0.</param>
    internal virtual (ThreatModel Threat, double Epsilon) Shrunk(double share)
    {
        var smaller = With(Epsilon.Of(Affordable(Epsilon.Value * share)));
        return (smaller, smaller.Epsilon.Value);
    }

    /// <summary>Prepares the set of legal points around clean inputs; inner loops work on it in place.</summary>
    /// <param name="centre">Clean inputs, shape (N, …), inside the box; borrowed for the region's life.</param>
    /// <returns>The region; the caller disposes it.</returns>
    public abstract ThreatRegion Around(Tensor centre);

    /// <summary>The largest distance two points of the box can have in this norm, when all values may change.</summary>
    /// <param name="values">The number of values of one input.</param>
    public abstract double Diameter(long values);

    /// <summary>The standard deviation at which normal noise uses up the budget: where its typical value, or length, is ε.</summary>
    /// <param name="values">The number of values of one input.</param>
    internal virtual double Spread(long values) => Epsilon.Value;

    /// <summary>
    /// Distances per example in float64, shape (N): in units of the budget each value has, and infinite where one differs that may
    /// not change.
    /// </summary>
    /// <param name="a">Inputs, shape (N, …).</param>
    /// <param name="b">Inputs of the same shape.</param>
    /// <returns>A new tensor; the caller owns it.</returns>
    public abstract Tensor Distance(Tensor a, Tensor b);

    /// <summary>A start drawn uniformly from the ball around each clean input, then moved into the box.</summary>
    /// <param name="centre">Clean inputs, shape (N, …).</param>
    /// <param name="examples">The N canonical indices that key the noise.</param>
    /// <param name="rng">The stream; its path names seed, purpose and attack.</param>
    /// <param name="restart">The restart.</param>
    /// <param name="step">The step that keys the noise: 0 in evaluations, the training step in training.</param>
    /// <returns>A new tensor; the caller owns it.</returns>
    public abstract Tensor RandomStart(
        Tensor centre,
        ReadOnlySpan<long> examples,
        Rng rng,
        uint restart = 0,
        uint step = 0
    );

    /// <summary>The nearest legal point (Euclidean) to each input.</summary>
    /// <param name="x">Candidates, shape (N, …).</param>
    /// <param name="centre">Clean inputs of the same shape, inside the box.</param>
    /// <returns>A new tensor; the caller owns it.</returns>
    public Tensor Project(Tensor x, Tensor centre)
    {
        using var noGrad = no_grad();
        using var region = Around(centre);
        var result = x.detach().clone();
        region.ProjectInPlace(result);
        region.TightenInPlace(result);
        return result;
    }

    /// <summary>Moves each input by <paramref name="size"/> in the direction of steepest ascent of this norm.</summary>
    /// <param name="x">Inputs, shape (N, …).</param>
    /// <param name="gradient">The gradient at <paramref name="x"/>, same shape.</param>
    /// <param name="size">The length of the step in this norm.</param>
    /// <returns>A new tensor, not projected; the caller owns it.</returns>
    public Tensor SteepestStep(Tensor x, Tensor gradient, double size)
    {
        using var noGrad = no_grad();
        var result = x.detach().clone();
        using var direction = gradient.detach().clone();
        AscendInPlace(result, direction, size);
        return result;
    }

    /// <summary>Tells per example whether a point is legal, computed in float64.</summary>
    /// <param name="x">Candidates, shape (N, …).</param>
    /// <param name="centre">Clean inputs of the same shape.</param>
    /// <param name="slack">How far outside ball or box still counts as legal.</param>
    public virtual bool[] Contains(Tensor x, Tensor centre, double slack = 1e-6)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var distance = Distance(x, centre);
        var wide = x.to(ScalarType.Float64).flatten(1);
        var inside = (wide >= Box.Low - slack).logical_and(wide <= Box.High + slack).all(1);
        return Tensors.ToArray<bool>((distance <= Epsilon.Value + slack).logical_and(inside));
    }

    /// <summary>Refuses inputs outside the box and budgets that make no sense for them.</summary>
    /// <param name="inputs">Clean inputs, shape (N, …).</param>
    /// <exception cref="ThreatException">A value lies outside the box, is not a number, or the budget is impossible.</exception>
    public void Check(Tensor inputs)
    {
        if (inputs.shape[0] == 0)
        {
            return;
        }
        Budgets?.Check(inputs);
        var diameter = Diameter(inputs.NumberOfElements / inputs.shape[0]);
        if (Epsilon.Value > diameter)
        {
            throw new ThreatException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"threat {Text}: the budget is larger than the whole box {Box}, whose diameter in this norm is {diameter:0.####}; {Hint}."
                )
            );
        }
        using var scope = NewDisposeScope();
        var (low, high) = (inputs.min().item<float>(), inputs.max().item<float>());
        if (float.IsNaN(low) || float.IsNaN(high))
        {
            throw new ThreatException($"threat {Text}: the inputs hold values that are not a number.");
        }
        if (low < Box.Low || high > Box.High)
        {
            var hint =
                high > 2 * Box.High && low >= Box.Low ? "they look like bytes: divide by 255"
                : low < Box.Low
                    ? "the data looks normalised: leave it in input units and put the normalisation into the model"
                : "scale them into the box";
            throw new ThreatException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"threat {Text}: input values from {low:0.###} to {high:0.###} lie outside the box {Box}; {hint}."
                )
            );
        }
    }

    /// <summary>Gets norm and budget in the text form.</summary>
    internal virtual string Written => $"{Norm}:{Epsilon}";

    /// <summary>The moves of a search over windows of an input; see <see cref="WindowMoves"/>.</summary>
    /// <exception cref="ThreatException">No such moves are known for this norm.</exception>
    internal abstract WindowMoves Windows(int channels, int height, int width);

    /// <summary>Gets whether the ball bounds each value by ε and nothing else.</summary>
    internal virtual bool BoundsEachValue => false;

    /// <summary>Gets the geometry of searches that follow the decision boundary; null where none is known.</summary>
    internal virtual BoundaryGeometry? Boundary => null;

    /// <summary>Gets whether moves of a search over windows are known.</summary>
    internal virtual bool HasWindows => true;

    /// <summary>Gets whether moves of a search with step sizes of its own are known.</summary>
    internal virtual bool HasAutoSteps => true;

    /// <summary>The moves of a search with step sizes of its own; see <see cref="AutoSteps"/>.</summary>
    internal virtual AutoSteps AutoSteps(AutoSearch search) => new HalvingSteps(this, search);

    /// <summary>Adds a steepest-ascent step; <paramref name="gradient"/> is used as scratch memory.</summary>
    internal abstract void AscendInPlace(Tensor x, Tensor gradient, double size);

    /// <summary>The refusal of a norm for which no moves over windows are known.</summary>
    private protected ThreatException NoWindows(string other) =>
        new(
            $"threat {Text}: there is no search over windows for this norm; use an attack that has one, such as {other}."
        );
}
