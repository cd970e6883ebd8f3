using System.Text.RegularExpressions;

namespace Temper.Runs;

/// <summary>One attack of an evaluation.</summary>
/// <param name="Name">The name in ledgers and tables, unique in the evaluation.</param>
/// <param name="Id">The attack's id, or the name of one of its known settings, such as <c>pgd-margin</c>.</param>
/// <param name="Options">A mapping of option keys to values; null where only a name was written.</param>
public sealed partial record AttackConfig(string Name, string Id, ConfigNode? Options = null)
{
    /// <summary>Initializes a new instance of the <see cref="AttackConfig"/> class, an attack as its id says.</summary>
    /// <param name="id">The attack's id, which is its name too.</param>
    public AttackConfig(string id)
        : this(id, id) { }

    /// <summary>Reads <c>pgd</c> or <c>{ id: pgd, name: pgd-50, steps: 50 }</c>.</summary>
    internal static AttackConfig FromNode(ConfigNode node)
    {
        if (node is { Kind: ConfigKind.Scalar, IsNull: false })
        {
            return new(Label(node));
        }
        if (node.Kind != ConfigKind.Mapping)
        {
            throw node.Unexpected("an attack's name, or a mapping such as { id: pgd, name: pgd-50, steps: 50 }");
        }
        var id = Label(node.Find("id") ?? throw node.Error("the key 'id' is missing, expected the attack's id"));
        var name = node.Find("name") is { } given ? Label(given) : id;
        return new(name, id, node.Without("id", "name"));
    }

    /// <summary>The name alone where it says everything, else the mapping.</summary>
    internal ConfigNode ToNode(string path) =>
        Options is null && Name == Id
            ? ConfigNode.Text(Name, path: path)
            : ConfigNode.Mapping(
                [
                    new("id", null, ConfigNode.Text(Id, path: $"{path}.id")),
                    new("name", null, ConfigNode.Text(Name, path: $"{path}.name")),
                    .. Options?.Entries ?? [],
                ],
                Options?.File,
                Options?.Line,
                path
            );

    // Names become fields of ledger.csv, where "clean" says that no attack was needed.
    private static string Label(ConfigNode node) =>
        node.Kind == ConfigKind.Scalar && node.Value != "clean" && Form().IsMatch(node.Value)
            ? node.Value
            : throw node.Unexpected(
                "an attack's name of lower-case letters, digits, '-', '_' and '.', at most 64, other than 'clean'"
            );

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{0,63}\z")]
    private static partial Regex Form();
}
