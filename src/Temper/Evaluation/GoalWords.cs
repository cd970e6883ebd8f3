using Temper.Threats;

namespace Temper.Evaluation;

/// <summary>What a goal means for the counts, as pages say it.</summary>
internal static class GoalWords
{
    /// <summary>Whether a wrong class may be none of the goal, so that what stands need not be right.</summary>
    public static bool IsNarrow(Goal goal) => goal.Kind is not (GoalKind.Untargeted or GoalKind.All);

    /// <summary>Whether the classes aimed at are drawn by the seed, so that runs of other seeds aim at others.</summary>
    public static bool IsDrawn(Goal goal) => goal.Kind == GoalKind.Random;

    /// <summary>What an attack looks for.</summary>
    public static string Found(Goal goal) =>
        IsNarrow(goal) ? $"a point that is taken for {goal.Words}" : "a misclassified point";

    /// <summary>What becomes of clean errors, a sentence.</summary>
    public static string Broken(Goal goal) =>
        IsNarrow(goal)
            ? "An example that is wrong without an attack counts as broken only where its class is the one aimed at."
                + (goal.Class is null ? "" : " Examples of that class itself cannot be broken and are left out.")
            : "An example that is wrong without an attack counts as broken.";

    /// <summary>What counts as success, a sentence.</summary>
    public static string Success(Goal goal) =>
        goal.Kind switch
        {
            GoalKind.Untargeted => "Any wrong class counts as success.",
            GoalKind.All => "Each wrong class is aimed at in turn; any of them counts as success.",
            _ => $"Success is {goal.Words}, and no other.",
        };
}
