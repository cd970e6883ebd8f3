using Temper.Errors;
using Temper.Runs;

namespace Temper.Workflow;

/// <summary>Resolves what a recipe names. An unknown name is a fault of the recipe here, not of the command line.</summary>
internal static class RecipePart
{
    /// <summary>Resolves a part.</summary>
    /// <param name="path">Where it stands in the recipe.</param>
    /// <param name="find">Resolves it.</param>
    public static T Of<T>(string path, Func<T> find)
    {
        try
        {
            return find();
        }
        catch (UsageException e)
        {
            throw new ConfigException(null, null, path, e.Message, e);
        }
    }

    /// <summary>Creates a component with its options.</summary>
    /// <param name="config">The id and the options.</param>
    /// <param name="kind">The kind's name, for messages.</param>
    /// <param name="path">Where it stands in the recipe.</param>
    public static (T Component, object? Options) Create<T>(ComponentConfig config, string kind, string path)
        where T : class
    {
        var info = Of(path, () => Catalogue.Find<T>(config.Id, kind));
        var options = info.Options is null ? null : OptionsBinder.Bind(info.Options, config.Options);
        return (Catalogue.Create<T>(info, options), options);
    }
}
