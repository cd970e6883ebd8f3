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

    /// <summary>Reads a method: <c>trades</c>, <c>trades/beta=3</c>, <c>hat/model=runs/plain/training.ema=0.999</c>.</summary>
    /// <param name="text">An id, then settings behind slashes: a key with a dot is one of the recipe, another one of the method.</param>
    /// <exception cref="UsageException">It cannot be read, or there is no such method.</exception>
    public static SweepMethod Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = Words(text);
        if (words[0].Length == 0 || words.Skip(1).Any(word => word.IndexOf('=', StringComparison.Ordinal) < 1))
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

    /// <summary>Reads methods between commas; a comma within brackets belongs to a list: <c>pgd,ensemble/models=[a,b]</c>.</summary>
    /// <param name="text">The methods, each as <see cref="Parse"/> takes it.</param>
    /// <returns>The methods in the order named.</returns>
    /// <exception cref="UsageException">One cannot be read, or there is no such method.</exception>
    public static IReadOnlyList<SweepMethod> ParseList(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. Comma().Split(text).Select(word => word.Trim()).Where(word => word.Length > 0).Select(Parse)];
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

    private static List<string> Words(string text)
    {
        var words = new List<string>();
        foreach (var word in text.Split('/', StringSplitOptions.TrimEntries))
        {
            // A path has slashes of its own: what is no setting belongs to the value before it.
            if (words.Count > 1 && !word.Contains('=', StringComparison.Ordinal))
            {
                words[^1] += $"/{word}";
            }
            else
            {
                words.Add(word);
            }
        }
        return words;
    }

    private static string Key(string word) => word[..word.IndexOf('=', StringComparison.Ordinal)];

    [GeneratedRegex(@",(?![^\[]*\])", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comma();

    [GeneratedRegex("[^a-z0-9.-]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Odd();
}
