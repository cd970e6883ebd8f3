using System.Text.Json.Nodes;

namespace Temper.Runs;

/// <summary>How the model was trained, and what that cost.</summary>
/// <param name="Recipe">The recipe's name.</param>
/// <param name="Config">The configuration, resolved.</param>
/// <param name="Forwards">Forward passes, in examples.</param>
/// <param name="Backwards">Backward passes, in examples.</param>
/// <param name="Seconds">The wall-clock time.</param>
/// <param name="StandardPasses">What the same epochs of standard training would have counted.</param>
/// <param name="Events">What happened on the way, one sentence each.</param>
/// <param name="BestEpoch">The epoch whose weights were kept, from 1; absent while none is.</param>
public sealed record ManifestTraining(
    string Recipe,
    JsonObject Config,
    long Forwards,
    long Backwards,
    double Seconds,
    ManifestPasses StandardPasses,
    IReadOnlyList<string> Events,
    int? BestEpoch = null
)
{
    /// <summary>Gets the model whose weights training started from; absent where it started from chance.</summary>
    public ManifestStart? Start { get; init; }

    /// <summary>Gets the second data set; absent for none.</summary>
    public ManifestExtra? Extra { get; init; }

    /// <summary>Gets the other networks of the training method; null for none.</summary>
    public IReadOnlyList<ManifestOther>? Others { get; init; }

    /// <summary>Gets the settings found weak before the first step; null for none.</summary>
    public IReadOnlyList<ManifestWeakness>? Weaknesses { get; init; }

    /// <summary>Gets the figures of the epoch whose weights were kept; null while there is none.</summary>
    public ManifestEpoch? Best { get; init; }

    /// <summary>Gets the figures of the last epoch.</summary>
    public ManifestEpoch? Last { get; init; }
}
