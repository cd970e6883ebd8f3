using Temper.Attacks;
using Temper.Data;
using Temper.Evaluation.Probing;
using Temper.Models;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Evaluation;

/// <summary>Everything an evaluation is made of; immutable.</summary>
public sealed record EvaluationPlan
{
    /// <summary>Gets the model; borrowed.</summary>
    public required IClassifier Model { get; init; }

    /// <summary>Gets the data set.</summary>
    public required ExampleSet Set { get; init; }

    /// <summary>Gets the canonical indices of the examples.</summary>
    public required IReadOnlyList<int> Indices { get; init; }

    /// <summary>Gets the threat model.</summary>
    public required ThreatModel Threat { get; init; }

    /// <summary>Gets the attacks in the order of the cascade, each under its name in this evaluation; in a union each runs under every member it can.</summary>
    public required IReadOnlyList<(string Name, Attack Attack)> Attacks { get; init; }

    /// <summary>Gets the probes: each meets every right example of the subset. What one breaks under the threat evaluated counts in the worst case.</summary>
    public IReadOnlyList<Probe> Probes { get; init; } = [];

    /// <summary>Gets the number of examples of the probes' subset; all of them where there are no more.</summary>
    public int ProbeExamples { get; init; } = 256;

    /// <summary>Gets the physical block size.</summary>
    public int Block { get; init; } = 500;

    /// <summary>Gets who is told of every point that breaks an example under the threat evaluated: attack, block and row; null for nobody.</summary>
    internal Action<string, JournalLine, int>? WhenBroken { get; init; }

    /// <summary>Gets the stream.</summary>
    public required Rng Rng { get; init; }

    /// <summary>Gets the physical block size of the probes: never larger than their subset.</summary>
    internal int ProbeBlock => Math.Min(Block, Math.Max(1, ProbeExamples));

    /// <summary>Tells of points that break examples and that no journal keeps.</summary>
    /// <param name="attack">Who found them.</param>
    /// <param name="line">The block, whose points are filled in.</param>
    /// <param name="points">The points of the block, borrowed.</param>
    /// <param name="rows">The places of those to tell of.</param>
    internal void Tell(string attack, JournalLine line, Tensor points, IEnumerable<int> rows)
    {
        if (WhenBroken is not { } told)
        {
            return;
        }
        foreach (var row in rows)
        {
            using var point = points[row];
            line.Points[row] = PointText.Write(Tensors.ToArray<float>(point));
            told(attack, line, row);
        }
    }

    /// <summary>The steps of the cascade.</summary>
    /// <exception cref="Errors.ThreatException">No attack can search under a member of a union, or one can search under none.</exception>
    internal IReadOnlyList<PlannedAttack> Cascade() => PlannedAttack.Of(Threat, Attacks, Model.Access);

    /// <summary>The canonical indices of the examples that can be broken: all but those whose own class is aimed at.</summary>
    internal IReadOnlyList<int> Targets() =>
        Threat.Goal.Class is null ? Indices : [.. Indices.Where(i => !Threat.Goal.Spares(Set.Labels[i]))];

    /// <summary>Whether what a probe breaks is broken under the threat evaluated.</summary>
    internal bool Counts(Probe probe) =>
        probe.Threat == Threat || (Threat is UnionThreat union && union.Members.Contains(probe.Threat));

    /// <summary>The canonical indices of the probes' subset, ascending.</summary>
    internal IReadOnlyList<int> Probed()
    {
        var all = Targets();
        return ProbeExamples >= all.Count
            ? all
            : [.. Rng.Fork("probe/sample").Sample(ProbeExamples, all.Count).Select(i => all[i])];
    }
}
