using Temper.Errors;
using Temper.Threats;

namespace Temper.Training;

/// <summary>Training is against any wrong class: a model that withstands one target would be called robust for little.</summary>
internal static class TrainingGoal
{
    /// <summary>The threat, unless its goal is a class.</summary>
    /// <exception cref="ThreatException">It is.</exception>
    public static ThreatModel Untargeted(ThreatModel threat) =>
        threat.Goal.IsTargeted
            ? throw new ThreatException(
                $"threat {threat.Text}: training is against any wrong class, expected a threat without {threat.Goal.Text}; evaluate the trained model under it."
            )
            : threat;
}
