using Temper.Errors;
using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>Several norm balls on one box: a point is legal when it lies in one of them.</summary>
/// <remarks>
/// A union of balls is not convex: it has no one nearest point and no one steepest step. So attacks search under each member, and
/// an evaluation takes the worst case over all of them. Its distance is measured in shares of the members' budgets, and its
/// <see cref="ThreatModel.Epsilon"/> is 1.
/// </remarks>
public sealed record UnionThreat : ThreatModel
{
    /// <summary>Creates the threat.</summary>
    /// <param name="members">At least two threats on one box, each of another norm.</param>
    /// <exception cref="ThreatException">There are fewer, two share a norm, their boxes or masks differ, or one is a union itself.</exception>
    public UnionThreat(IReadOnlyList<ThreatModel> members)
        : base(Epsilon.Of(1), Checked(members)[0].Box) => (Members, Budgets) = ([.. members], members[0].Budgets);

    /// <summary>Gets the members, in the order given.</summary>
    public IReadOnlyList<ThreatModel> Members { get; }

    /// <inheritdoc/>
    public override string Norm => "union";

    /// <inheritdoc/>
    internal override string Written => Joined(Members);

    /// <inheritdoc/>
    internal override bool HasWindows => false;

    /// <inheritdoc/>
    internal override bool HasAutoSteps => false;

    /// <summary>Gets what to do instead of attacking the union itself.</summary>
    internal string Advice =>
        $"run it under each member, {string.Join(" and ", Members.Select(m => m.Text))}; 'temper evaluate' does so";

    /// <inheritdoc/>
    public bool Equals(UnionThreat? other) =>
        other is not null && Goal == other.Goal && Members.SequenceEqual(other.Members);

    /// <inheritdoc/>
    public override int GetHashCode() => Members.Aggregate(0, HashCode.Combine);

    /// <summary>Refuses: each member has a budget of its own.</summary>
    /// <param name="epsilon">Not used.</param>
    /// <exception cref="ThreatException">Always.</exception>
    public override ThreatModel With(Epsilon epsilon) =>
        throw new ThreatException($"threat {Text}: a union has a budget for each member; write the union anew.");

    /// <inheritdoc/>
    internal override (ThreatModel Threat, double Epsilon) Shrunk(double share) =>
        (new UnionThreat([.. Members.Select(m => m.Shrunk(share).Threat)]) { Goal = Goal }, share);

    /// <inheritdoc/>
    public override ThreatModel Under(ValueBudgets budgets) =>
        new UnionThreat([.. Members.Select(m => m.Under(budgets))]) { Goal = Goal };

    /// <summary>Refuses: there is no one nearest point.</summary>
    /// <param name="centre">Not used.</param>
    /// <exception cref="ThreatException">Always.</exception>
    public override ThreatRegion Around(Tensor centre) => throw Refusal();

    /// <inheritdoc/>
    public override double Diameter(long values) => Members.Min(m => m.Diameter(values) / m.Epsilon.Value);

    /// <summary>Distances per example in shares of the members' budgets, the least of them, in float64, shape (N).</summary>
    /// <param name="a">Inputs, shape (N, …).</param>
    /// <param name="b">Inputs of the same shape.</param>
    /// <returns>A new tensor; the caller owns it.</returns>
    public override Tensor Distance(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        // 0/0 is the clean point itself under a budget of 0.
        var shares = Members.Select(m =>
            m.Distance(a, b).div_(m.Epsilon.Value).nan_to_num_(0, double.PositiveInfinity)
        );
        return stack(shares, 0).amin([0]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <remarks>Each member judges in its own norm, so that the slack is one of input units.</remarks>
    public override bool[] Contains(Tensor x, Tensor centre, double slack = 1e-6) =>
        [
            .. Members
                .Select(m => m.Contains(x, centre, slack))
                .Aggregate((all, next) => [.. all.Zip(next, (one, other) => one || other)]),
        ];

    /// <summary>Refuses: each member has starts of its own.</summary>
    /// <param name="centre">Not used.</param>
    /// <param name="examples">Not used.</param>
    /// <param name="rng">Not used.</param>
    /// <param name="restart">Not used.</param>
    /// <param name="step">Not used.</param>
    /// <exception cref="ThreatException">Always.</exception>
    public override Tensor RandomStart(
        Tensor centre,
        ReadOnlySpan<long> examples,
        Rng rng,
        uint restart = 0,
        uint step = 0
    ) => throw Refusal();

    /// <inheritdoc/>
    internal override WindowMoves Windows(int channels, int height, int width) => throw Refusal();

    /// <inheritdoc/>
    internal override void AscendInPlace(Tensor x, Tensor gradient, double size) => throw Refusal();

    /// <summary>The texts of the members of a union; the text alone where it is none.</summary>
    /// <remarks>A plus sign that a letter follows joins members; that of 1e+1 belongs to its number.</remarks>
    internal static IReadOnlyList<string> Split(string text)
    {
        List<string> parts = [];
        var from = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '+' && text.AsSpan(at + 1).TrimStart() is [var next, ..] && char.IsLetter(next))
            {
                parts.Add(text[from..at].Trim());
                from = at + 1;
            }
        }
        return parts.Count == 0 ? [text] : [.. parts, text[from..].Trim()];
    }

    private static string Joined(IEnumerable<ThreatModel> members) => string.Join("+", members.Select(m => m.Written));

    private static IReadOnlyList<ThreatModel> Checked(IReadOnlyList<ThreatModel> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        var problem =
            members.Count < 2 ? $"found {members.Count} members, expected at least 2, such as linf:0.3+l2:2"
            : members.OfType<UnionThreat>().Any() ? "a member is a union itself; write all members in one union"
            : members.GroupBy(m => m.Norm).FirstOrDefault(g => g.Count() > 1) is { } twice
                ? $"{twice.Key} stands twice; the larger budget holds all that the smaller one does"
            : members.Any(m => m.Goal.IsTargeted) ? "a member has a goal, and a union takes none"
            : members.Any(m => !Equals(m.Budgets, members[0].Budgets))
                ? "the members have different masks, expected one"
            : members.Any(m => m.Box != members[0].Box) ? "the members have different boxes, expected one"
            : null;
        return problem is null ? members : throw new ThreatException($"threat {Joined(members)}: {problem}.");
    }

    private ThreatException Refusal() => new($"threat {Text}: a union of norms is not searched as a whole; {Advice}.");
}
