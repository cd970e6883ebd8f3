using Temper.Runs;

namespace Temper.Workflow.Weaknesses;

/// <summary>One row of the table of weak settings.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Refuses">Whether a training is refused for it; else it is warned of.</param>
/// <param name="Path">The field of the recipe that is to be changed.</param>
/// <param name="Cure">What to do.</param>
/// <param name="Find">What was found and what it means; null where all is well.</param>
internal sealed record WeaknessRule(
    string Id,
    bool Refuses,
    string Path,
    string Cure,
    Func<TrainingSettings, string?> Find
)
{
    /// <summary>Holds the rule against settings.</summary>
    public ManifestWeakness? On(TrainingSettings settings) =>
        Find(settings) is { } found ? new(Id, Refuses, Path, found, Cure) : null;
}
