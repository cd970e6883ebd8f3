using System.Collections.Immutable;
using System.Reflection;
using Temper.Errors;

namespace Temper.Runs;

/// <summary>Finds the components of a kind — attacks, objectives, architectures, model formats — by their attribute.</summary>
/// <remarks>Listing touches no static state of the numeric library, so it does not load it.</remarks>
public static class Catalogue
{
    private static ImmutableArray<Assembly> _assemblies = [typeof(Catalogue).Assembly];

    /// <summary>Adds the components of an assembly; one that is known already changes nothing.</summary>
    /// <param name="assembly">The assembly, such as <c>typeof(MyNet).Assembly</c>.</param>
    /// <returns>The number of components it holds.</returns>
    /// <exception cref="DataException">Its types cannot be loaded, or one of its ids is taken.</exception>
    public static int Add(Assembly assembly)
    {
        var mine = Components(assembly).ToArray();
        foreach (var known in _assemblies.Where(a => a != assembly).SelectMany(Components))
        {
            if (mine.FirstOrDefault(c => c.Kind == known.Kind && c.Info.Id == known.Info.Id) is { Info: { } taken })
            {
                throw new DataException(
                    $"{assembly.GetName().Name}: {taken.Type.Name} has the id '{taken.Id}' of {known.Info.Type.Name}; give it another."
                );
            }
        }
        AddOwn(assembly);
        return mine.Length;
    }

    /// <summary>Adds an assembly of Temper itself, whose ids the tests have seen to be free: looking at every type costs time at each start.</summary>
    internal static void AddOwn(Assembly assembly) =>
        ImmutableInterlocked.Update(ref _assemblies, all => all.Contains(assembly) ? all : all.Add(assembly));

    /// <summary>The components of a kind, by id.</summary>
    /// <typeparam name="T">The abstract class of the kind.</typeparam>
    public static IReadOnlyList<ComponentInfo> Of<T>()
        where T : class =>
        [
            .. _assemblies
                .SelectMany(Components)
                .Select(c => c.Info)
                .Where(c => c.Type.IsSubclassOf(typeof(T)))
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

    private static IEnumerable<(Type Kind, ComponentInfo Info)> Components(Assembly assembly)
    {
        Type[] types;
        try
        {
            types = assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException e)
        {
            throw new DataException(
                $"{assembly.GetName().Name}: its types cannot be loaded ({e.LoaderExceptions.FirstOrDefault()?.Message}); it was built against another version of Temper or lacks a file.",
                e
            );
        }
        return types
            .Where(t => !t.IsAbstract)
            .Select(t => (Type: t, Attribute: t.GetCustomAttribute<ComponentAttribute>()))
            .Where(c => c.Attribute is not null)
            .Select(c =>
                (
                    Kind(c.Type),
                    new ComponentInfo(
                        c.Attribute!.Id,
                        c.Attribute.Title,
                        c.Attribute.Source,
                        c.Type,
                        c.Type.GetNestedType("Options")
                    )
                )
            );
    }

    /// <summary>The class right above object: what kind of component it is.</summary>
    private static Type Kind(Type type) =>
        type.BaseType is null || type.BaseType == typeof(object) ? type : Kind(type.BaseType);
}
