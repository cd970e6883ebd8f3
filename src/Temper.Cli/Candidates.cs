using System.CommandLine;
using System.CommandLine.Completions;
using Temper.Data;
using Temper.Models.Architectures;
using Temper.Runs;
using Temper.Workflow;

namespace Temper.Cli;

/// <summary>What a shell offers to complete: names that are looked up when they are asked for.</summary>
internal static class Candidates
{
    /// <summary>Offers the shipped recipes; files are the shell's own to offer.</summary>
    public static Argument<T> OfferingRecipes<T>(this Argument<T> argument) =>
        argument.Offering(() => RecipeSource.Names);

    /// <summary>Offers names.</summary>
    public static Argument<T> Offering<T>(this Argument<T> argument, Func<IEnumerable<string>> names)
    {
        argument.CompletionSources.Add(_ => names().Select(name => new CompletionItem(name)));
        return argument;
    }

    /// <summary>Offers names.</summary>
    public static Option<T> Offering<T>(this Option<T> option, Func<IEnumerable<string>> names)
    {
        option.CompletionSources.Add(_ => names().Select(name => new CompletionItem(name)));
        return option;
    }

    /// <summary>Offers attacks, after a comma one more.</summary>
    public static Option<string> OfferingAttacks(this Option<string> option)
    {
        option.CompletionSources.Add(context =>
        {
            var written = context.WordToComplete;
            var before = written[..(written.LastIndexOf(',') + 1)];
            var taken = before.Split(',');
            return RequestedAttack.Names.Except(taken).Select(name => new CompletionItem(before + name));
        });
        return option;
    }

    /// <summary>Gets the data sets.</summary>
    public static IEnumerable<string> DataSets => DataCatalogue.Names(null);

    /// <summary>Gets the architectures.</summary>
    public static IEnumerable<string> Architectures => Catalogue.Of<Architecture>().Select(a => a.Id);
}
