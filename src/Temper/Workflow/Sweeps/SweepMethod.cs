using System.Text.RegularExpressions;
using Temper.Errors;
using Temper.Runs;
using Temper.Training;

namespace Temper.Workflow.Sweeps;

/// <summary>One method of a sweep: a training method's id, options of it, and what else of the recipe goes with it.</summary>
/// <param name="Label">A name for folders and tables, unlike that of every other method of the sweep.</param>
/// <param name="Id">The id of the training method.</param>
/// <param name="Sets">Settings of the recipe, as <c>--set</c> takes them.</param>
public sealed partial record SweepMethod(string Label, string Id, IReadOnlyList<string> Sets)
{
    private const int LongestLabel = 64;

    /// <summary>Reads a method: <c>trades</c>, <c>trades/beta=3</c>, <c>pgd/steps=10/training.ema=0.999</c>.</summary>
    /// <param name="text">An id, then settings behind slashes: a key with a dot is one of the recipe, another one of the method.</param>
    /// <exception cref="UsageException">It cannot be read, or there is no such method.</exception>
    public static SweepMethod Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = text.Split('/', StringSplitOptions.TrimEntries);
        var wrong = Array.Find(words[1..], word => word.IndexOf('=', StringComparison.Ordinal) < 1);
        if (words[0].Length == 0 || wrong is not null)
        {
            throw new UsageException(
                $"--methods: found '{text}', expected a method's id and settings, such as trades, trades/beta=3 or pgd/training.ema=0.999."
            );
        }
        _ = Catalogue.Find<Objective>(words[0], "objective");
        var label = Odd().Replace(text.ToLowerInvariant(), "_");
        return new(
            label.Length > LongestLabel ? label[..LongestLabel] : label,
            words[0],
            [.. words.Skip(1).Select(word => Key(word).Contains('.') ? word : $"training.objective.{word}")]
        );
    }

    /// <summary>The recipe with this method in place of its own.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <returns>Named after the method; what is expected of the recipe is not expected of it.</returns>
    public RunConfig Of(RunConfig recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var config = recipe with
        {
            Name = Label,
            // Options of the recipe's method are those of this one where it is the same, and mean nothing elsewhere.
            Training =
                recipe.Training.Objective.Id == Id ? recipe.Training : recipe.Training with { Objective = new(Id) },
            Expected = [],
        };
        return ConfigReader.Apply(config, Sets, out _);
    }

    private static string Key(string word) => word[..word.IndexOf('=', StringComparison.Ordinal)];

    [GeneratedRegex("[^a-z0-9.-]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Odd();
}
