namespace Temper.Runs;

/// <summary>A component by id, with its options as written; the catalogue binds them.</summary>
/// <param name="Id">The component's id.</param>
/// <param name="Options">A mapping of option keys to values, without the id.</param>
public sealed record ComponentConfig(string Id, ConfigNode Options)
{
    /// <summary>Initializes a new instance of the <see cref="ComponentConfig"/> class with options made in code.</summary>
    /// <param name="id">The component's id.</param>
    /// <param name="options">Keys in kebab-case and values, as a recipe would write them.</param>
    public ComponentConfig(string id, params IReadOnlyList<(string Key, string Value)> options)
        : this(id, ConfigNode.Of(options)) { }

    /// <summary>Reads <c>{ id: pgd, steps: 10 }</c>.</summary>
    internal static ComponentConfig FromNode(ConfigNode node)
    {
        if (node.Kind != ConfigKind.Mapping)
        {
            throw node.Unexpected("a mapping with an id, such as { id: pgd, steps: 10 }");
        }
        var id = node.Find("id") ?? throw node.Error("the key 'id' is missing, expected the component's id");
        return new((string)ScalarValues.Read(id, typeof(string)), node.Without("id"));
    }

    /// <summary>The mapping with the id first; options keep their places in the file.</summary>
    internal ConfigNode ToNode(string path) =>
        ConfigNode.Mapping(
            [new("id", null, ConfigNode.Text(Id, path: $"{path}.id")), .. Options.Entries],
            Options.File,
            Options.Line,
            path
        );
}
