using System.Globalization;
using Temper.Errors;

namespace Temper.Threats;

/// <summary>What an adversary wants the model to answer: any wrong class, or a class that is aimed at.</summary>
/// <remarks>
/// A class is reached where no other scores higher: a tie and a score that is not a number count for the adversary. Examples whose
/// label is the class aimed at are no targets: they are never broken, and no pass is spent on them.
/// </remarks>
public sealed record Goal
{
    /// <summary>The word before a goal.</summary>
    internal const string Key = "target";

    private static readonly Dictionary<string, Goal> Named = new(StringComparer.Ordinal)
    {
        ["least-likely"] = new(GoalKind.LeastLikely, null),
        ["random"] = new(GoalKind.Random, null),
        ["all"] = new(GoalKind.All, null),
    };

    private Goal(GoalKind kind, int? target) => (Kind, Class) = (kind, target);

    /// <summary>Gets the goal of any wrong class.</summary>
    public static Goal Untargeted { get; } = new(GoalKind.Untargeted, null);

    /// <summary>Gets the goal of the class that scores lowest on the clean input, the label left out.</summary>
    public static Goal LeastLikely => Named["least-likely"];

    /// <summary>Gets the goal of a wrong class drawn for each example, by its canonical index and the seed of the run.</summary>
    public static Goal Random => Named["random"];

    /// <summary>Gets the goal of each wrong class in turn; an example is broken when any of them is reached.</summary>
    public static Goal All => Named["all"];

    /// <summary>Gets the kind.</summary>
    public GoalKind Kind { get; }

    /// <summary>Gets the one class aimed at; null where the class differs between examples or none is aimed at.</summary>
    public int? Class { get; }

    /// <summary>Gets whether a class is aimed at.</summary>
    public bool IsTargeted => Kind != GoalKind.Untargeted;

    /// <summary>Gets the text form, such as <c>target=3</c>; empty for any wrong class.</summary>
    public string Text =>
        Kind switch
        {
            GoalKind.Untargeted => "",
            GoalKind.Class => string.Create(CultureInfo.InvariantCulture, $"{Key}={Class}"),
            _ => $"{Key}={Named.Single(n => n.Value.Kind == Kind).Key}",
        };

    /// <summary>Gets what is aimed at, as sentences say it.</summary>
    internal string Words =>
        Kind switch
        {
            GoalKind.Class => string.Create(CultureInfo.InvariantCulture, $"class {Class}"),
            GoalKind.LeastLikely => "the least likely class",
            GoalKind.Random => "a wrong class drawn at random",
            GoalKind.All => "each wrong class in turn",
            _ => "any wrong class",
        };

    /// <summary>Gets the text form as it ends the text of a threat model.</summary>
    internal string Suffix => IsTargeted ? $" {Text}" : "";

    /// <summary>The goal of one class.</summary>
    /// <param name="target">The class, from 0.</param>
    /// <exception cref="ThreatException">The class is negative.</exception>
    public static Goal Of(int target) =>
        target >= 0
            ? new(GoalKind.Class, target)
            : throw new ThreatException(
                string.Create(CultureInfo.InvariantCulture, $"goal: found class {target}, expected a class from 0.")
            );

    /// <summary>Tells whether an example is no target, since the class aimed at is its own.</summary>
    /// <param name="label">The example's label.</param>
    public bool Spares(long label) => Class == label;

    /// <inheritdoc/>
    public override string ToString() => IsTargeted ? Text : "untargeted";

    /// <summary>Splits the goal off the text of a threat model; words it does not know are left.</summary>
    /// <param name="text">The text, such as <c>linf:0.3 target=3</c>.</param>
    /// <exception cref="ThreatException">There is a goal, and it is none that is known.</exception>
    internal static (string Threat, Goal Goal) Split(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var goals = words.Where(IsGoal).ToList();
        return goals.Count switch
        {
            0 => (text, Untargeted),
            1 => (string.Join(' ', words.Where(word => !IsGoal(word))), Read(text, goals[0])),
            _ => throw new ThreatException($"threat '{text}': found {goals.Count} goals, expected one."),
        };

        // A slip in the word is worth a better answer than a budget that cannot be read.
        static bool IsGoal(string word) =>
            word.IndexOf('=', StringComparison.Ordinal) is > 0 and var end
            && NearestName.Find(word[..end], [Key]) is not null;
    }

    /// <summary>Refuses a class that a model does not have.</summary>
    /// <param name="classes">The model's classes.</param>
    /// <param name="threat">The text of the threat model.</param>
    /// <exception cref="ThreatException">The class is out of range.</exception>
    internal void Check(int classes, string threat)
    {
        if (Class >= classes)
        {
            throw new ThreatException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"threat {threat}: found class {Class} as the target, expected 0 to {classes - 1}, the classes of the model."
                )
            );
        }
    }

    private static Goal Read(string text, string word)
    {
        var split = word.IndexOf('=', StringComparison.Ordinal);
        var (key, value) = (word[..split], word[(split + 1)..]);
        if (key != Key)
        {
            throw new ThreatException($"threat '{text}': found {Excerpt.Of(word)}, did you mean {Key}={value}?");
        }
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var target))
        {
            return Of(target);
        }
        return Named.TryGetValue(value, out var goal)
            ? goal
            : throw new ThreatException(
                $"threat '{text}': found {Excerpt.Of(value)} as the target, expected a class such as 3 or a word{NearestName.Suggest(value, Named.Keys)}."
            );
    }
}
