using Temper.Evaluation.Probing;

namespace Temper.Evaluation.Analysers;

/// <summary>An analyser of probes that each meet the same examples; under a union, of those of each member by itself.</summary>
internal abstract class ProbeComparison : Analyser
{
    /// <summary>Probes that follow gradients on the threat evaluated, more than one step of them.</summary>
    protected static readonly string[] Gradients =
    [
        ProbeNames.Pgd40,
        ProbeNames.PgdRestarts,
        ProbeNames.PgdMargin,
        ProbeNames.ApgdCe,
        ProbeNames.ApgdMargin,
        ProbeNames.ApgdTargeted,
    ];

    /// <summary>Gets the share of the subset that an effect must exceed to matter.</summary>
    protected abstract double Least { get; }

    /// <inheritdoc/>
    public sealed override IEnumerable<Suspicion> Look(Evidence evidence) =>
        evidence.ProbeGroups.SelectMany(group =>
            Compare(group)
                .OfType<PairedEffect>()
                .Select(effect =>
                    effect.Share > Least ? Judge(evidence, group, effect) with { P = effect.P } : new(null, effect.P)
                )
        );

    /// <summary>The comparisons; null for one whose probes did not run.</summary>
    protected abstract IEnumerable<PairedEffect?> Compare(ProbeGroup group);

    /// <summary>What an effect means that is large enough to matter.</summary>
    protected abstract Suspicion Judge(Evidence evidence, ProbeGroup group, PairedEffect effect);
}
