using Temper.Evaluation.Foretelling;

namespace Temper.Evaluation.Unseen;

/// <summary>What the matrix of unseen threats is measured on; immutable.</summary>
public sealed record UnseenPlan
{
    /// <summary>The physical block size, unless the evaluation's is smaller: few examples stand at the end of a search.</summary>
    private const int MostBlock = 64;

    /// <summary>Gets the evaluation it belongs to: model, data, examples, threat, stream.</summary>
    public required EvaluationPlan Evaluation { get; init; }

    /// <summary>Gets the number of examples: a seeded random subset of the evaluation's, all of them where there are no more.</summary>
    public required int Examples { get; init; }

    /// <summary>Gets the examples that an attack of the evaluation broke, by canonical index: they fall to larger budgets of its norm too.</summary>
    public IReadOnlySet<long> Known { get; init; } = new HashSet<long>();

    /// <summary>Gets the physical block size.</summary>
    internal int Block => Math.Min(Evaluation.Block, MostBlock);

    /// <summary>The canonical indices of the examples, ascending.</summary>
    internal IReadOnlyList<int> Indices()
    {
        var all = Evaluation.Indices;
        return Examples >= all.Count
            ? all
            : [.. Evaluation.Rng.Fork("unseen/sample").Sample(Examples, all.Count).Select(i => all[i])];
    }

    /// <summary>The threats in the order of the table.</summary>
    internal IReadOnlyList<UnseenThreat> Threats() =>
        [.. NormThreats.Of(this), .. ImageThreats.Of(this), .. CorruptionThreats.Of(this)];

    /// <summary>Nothing at all, as the first row.</summary>
    internal UnseenThreat Clean() =>
        new(
            UnseenRow.Clean,
            UnseenRow.Clean,
            "",
            [UnseenSteps.Looks(Evaluation.Model, [batch => batch.Inputs.alias()])]
        );

    /// <summary>What the matrix costs at most.</summary>
    internal IEnumerable<Errand> Errands()
    {
        var times = CorruptionThreats.Times(this);
        var examples = Indices().Count;
        return Threats()
            .Prepend(Clean())
            .SelectMany(threat =>
                threat.Steps.Select(step => new Errand(threat.Stage, step.Id, examples, step.Most, Block)
                {
                    Besides = threat.Family == UnseenRow.Corruption ? times.GetValueOrDefault(threat.Name) : 0,
                })
            );
    }
}
