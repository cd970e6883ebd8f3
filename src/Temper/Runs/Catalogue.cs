using System.Reflection;
using Temper.Errors;

namespace Temper.Runs;

/// <summary>Finds the components of a kind — attacks, objectives, architectures — by their attribute.</summary>
/// <remarks>Listing touches no static state of the numeric library, so it does not load it.</remarks>
public static class Catalogue
{
    /// <summary>The components of a kind in this assembly, by id.</summary>
    /// <typeparam name="T">The abstract class of the kind.</typeparam>
    public static IReadOnlyList<ComponentInfo> Of<T>()
        where T : class =>
        [
            .. typeof(Catalogue)
                .Assembly.GetTypes()
                .Where(t => !t.IsAbstract && t.IsSubclassOf(typeof(T)))
                .Select(t => (Type: t, Attribute: t.GetCustomAttribute<ComponentAttribute>()))
                .Where(c => c.Attribute is not null)
                .Select(c => new ComponentInfo(
                    c.Attribute!.Id,
                    c.Attribute.Title,
                    c.Attribute.Source,
                    c.Type,
                    c.Type.GetNestedType("Options")
                ))
                .OrderBy(c => c.Id, StringComparer.Ordinal),
        ];

    /// <summary>Finds one component.</summary>
    /// <typeparam name="T">The abstract class of the kind.</typeparam>
    /// <param name="id">The id.</param>
    /// <param name="kind">The kind's name, for the message.</param>
    /// <exception cref="UsageException">There is none of that id.</exception>
    public static ComponentInfo Find<T>(string id, string kind)
        where T : class
    {
        var all = Of<T>();
        return all.FirstOrDefault(c => c.Id == id)
            ?? throw new UsageException($"unknown {kind} '{id}'{NearestName.Suggest(id, [.. all.Select(c => c.Id)])}.");
    }

    /// <summary>Creates a component.</summary>
    /// <typeparam name="T">The abstract class of the kind.</typeparam>
    /// <param name="info">The component.</param>
    /// <param name="options">Its options, of the type it names.</param>
    public static T Create<T>(ComponentInfo info, object? options)
        where T : class =>
        (T)(
            info.Type.GetConstructors()[0].GetParameters().Length == 0
                ? Activator.CreateInstance(info.Type)!
                : Activator.CreateInstance(info.Type, options)!
        );
}
