using Temper.Errors;

namespace Temper.Runs;

/// <summary>One <c>--set key=value</c>.</summary>
/// <param name="Keys">The dotted key, split.</param>
/// <param name="Value">The value as written.</param>
internal sealed record Setting(IReadOnlyList<string> Keys, string Value)
{
    private const string AttackKey = "attack";
    private const int LongestKey = 256;
    private const int MostKeys = 8;

    /// <summary>Gets whether it changes an attack of the evaluation and not the recipe.</summary>
    public bool IsAttack => Keys[0] == AttackKey;

    /// <summary>Gets whether it names a component.</summary>
    public bool IsId => Keys[^1] == "id";

    private string Path => string.Join('.', Keys);

    /// <summary>Splits a text.</summary>
    /// <exception cref="ConfigException">It is not of the form key=value.</exception>
    public static Setting Parse(string text)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        var keys = at < 0 ? [] : text[..at].Trim().Split('.');
        var valid = at is > 0 and <= LongestKey && keys.Length <= MostKeys && keys.All(IsKey);
        return valid
            ? new(keys, text[(at + 1)..].Trim())
            : throw new ConfigException(
                null,
                null,
                null,
                $"setting: found {Excerpt.Of(text)}, expected key=value, such as training.epochs=3"
            );
    }

    /// <summary>The change to an attack.</summary>
    /// <exception cref="ConfigException">It is not of the form attack.ID.option=value.</exception>
    public AttackOverride ToOverride() =>
        IsAttack && Keys.Count >= 3
            ? new(string.Join('.', Keys.Skip(1).SkipLast(1)), Keys[^1], Value)
            : throw new ConfigException(
                null,
                null,
                Path,
                "expected attack.ID.option=value, such as attack.pgd.steps=100"
            );

    /// <summary>The tree with this value set; whether the key exists and the value fits is for the binder to see.</summary>
    /// <exception cref="ConfigException">The first key is unknown, or the path leads through a value.</exception>
    public ConfigNode ApplyTo(ConfigNode root)
    {
        if (root.Find(Keys[0]) is null)
        {
            throw Unknown(root);
        }
        return Replace(root, 0);
    }

    private static bool IsKey(string key) =>
        key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private ConfigNode Replace(ConfigNode node, int depth)
    {
        var key = Keys[depth];
        if (node.Kind != ConfigKind.Mapping)
        {
            throw new ConfigException(
                null,
                null,
                Path,
                $"'{node.Path}' holds {(node.Kind == ConfigKind.Sequence ? "a list" : "a value")}, not keys;"
                    + $" expected {node.Path}=value"
            );
        }
        if (depth == Keys.Count - 1)
        {
            var leaf = Leaf();
            // The options of one component mean nothing to another.
            return IsId && node.Find("id") is { } id && id.Value != Value
                ? ConfigNode.Mapping([new("id", null, leaf)], path: node.Path)
                : node.With(key, leaf);
        }
        var below = node.Find(key) ?? ConfigNode.Mapping([], path: node.PathOf(key));
        return node.With(key, Replace(below, depth + 1));
    }

    private ConfigNode Leaf() =>
        Value is ['[' or '{', ..] ? YamlTree.Read(Value, null, Path) : ConfigNode.Scalar(Value, path: Path);

    private ConfigException Unknown(ConfigNode root)
    {
        var valid = root.Entries.Select(entry => entry.Key).Append(AttackKey).ToList();
        if (Keys.Count == 1 && Under(root, Keys[0]) is { } full)
        {
            return new(null, null, Path, $"unknown key '{Path}'; did you mean '{full}'?");
        }
        var first = Excerpt.Clean(Keys[0]);
        return new(null, null, Path, $"unknown key '{first}'{NearestName.Suggest(first, valid)}");
    }

    // "epochs" alone is most likely training.epochs.
    private static string? Under(ConfigNode node, string key) =>
        node.Find(key) is { } found
            ? found.Path
            : node.Entries.Select(entry => Under(entry.Node, key)).FirstOrDefault(path => path is not null);
}
