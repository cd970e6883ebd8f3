namespace Temper.Runs;

/// <summary>Names a component so that the catalogue finds it: an attack, an objective or an architecture.</summary>
/// <param name="id">The id in recipes and on the command line, kebab-case.</param>
/// <param name="title">One line on what it is.</param>
/// <param name="source">Where it comes from: paper and section.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ComponentAttribute(string id, string title, string source) : Attribute
{
    /// <summary>Gets the id.</summary>
    public string Id { get; } = id;

    /// <summary>Gets one line on what it is.</summary>
    public string Title { get; } = title;

    /// <summary>Gets where it comes from.</summary>
    public string Source { get; } = source;
}
