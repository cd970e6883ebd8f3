using System.Globalization;
using Temper.Errors;

namespace Temper.Runs;

/// <summary>One node of a configuration as it was written, with its place; immutable.</summary>
public sealed class ConfigNode
{
    private ConfigNode(ConfigKind kind, string? file, int? line, string? path) =>
        (Kind, File, Line, Path) = (kind, file, line, path);

    /// <summary>Gets the kind.</summary>
    public ConfigKind Kind { get; }

    /// <summary>Gets the file it was read from, or null.</summary>
    public string? File { get; }

    /// <summary>Gets the 1-based line, or null.</summary>
    public int? Line { get; }

    /// <summary>Gets the dotted path, such as <c>training.batch</c>; null for the root.</summary>
    public string? Path { get; }

    /// <summary>Gets the text of a scalar; empty for the other kinds.</summary>
    public string Value { get; private init; } = "";

    /// <summary>Gets whether a scalar was written in quotes or as a block, and so is text whatever it looks like.</summary>
    public bool IsText { get; private init; }

    /// <summary>Gets whether a scalar says that there is no value: empty, <c>~</c> or <c>null</c>, not in quotes.</summary>
    public bool IsNull => Kind == ConfigKind.Scalar && !IsText && Value is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>Gets the nodes of a sequence; empty for the other kinds.</summary>
    public IReadOnlyList<ConfigNode> Items { get; private init; } = [];

    /// <summary>Gets the entries of a mapping, as written; empty for the other kinds.</summary>
    public IReadOnlyList<ConfigEntry> Entries { get; private init; } = [];

    /// <summary>A mapping made in code, of scalars.</summary>
    /// <param name="options">Keys in kebab-case and values, as a recipe would write them.</param>
    /// <returns>The mapping.</returns>
    public static ConfigNode Of(params IReadOnlyList<(string Key, string Value)> options) =>
        Mapping([
            .. options.Select(option => new ConfigEntry(option.Key, null, Scalar(option.Value, path: option.Key))),
        ]);

    /// <summary>The node of a key of a mapping, or null.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The node, or null where there is none.</returns>
    public ConfigNode? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key)?.Node;

    /// <inheritdoc/>
    public override string ToString() => Kind == ConfigKind.Scalar ? Value : ConfigJson.Write(this)!.ToJsonString();

    /// <summary>A scalar.</summary>
    internal static ConfigNode Scalar(
        string value,
        bool isText = false,
        string? file = null,
        int? line = null,
        string? path = null
    ) => new(ConfigKind.Scalar, file, line, path) { Value = value, IsText = isText };

    /// <summary>A scalar that holds a text; marked as text where it would otherwise read as another type.</summary>
    internal static ConfigNode Text(string value, string? file = null, string? path = null)
    {
        var plain = Scalar(value, false, file, null, path);
        return plain.IsNull || plain.IsBoolean || plain.IsNumber ? Scalar(value, true, file, null, path) : plain;
    }

    /// <summary>A sequence.</summary>
    internal static ConfigNode Sequence(
        IReadOnlyList<ConfigNode> items,
        string? file = null,
        int? line = null,
        string? path = null
    ) => new(ConfigKind.Sequence, file, line, path) { Items = items };

    /// <summary>A mapping; the keys are distinct.</summary>
    internal static ConfigNode Mapping(
        IReadOnlyList<ConfigEntry> entries,
        string? file = null,
        int? line = null,
        string? path = null
    ) => new(ConfigKind.Mapping, file, line, path) { Entries = entries };

    /// <summary>The same mapping with one key set: replaced where it stands, or added at the end.</summary>
    internal ConfigNode With(string key, ConfigNode node)
    {
        var entry = new ConfigEntry(key, node.Line, node);
        var replaced = Entries.Select(old => old.Key == key ? entry : old);
        return Mapping([.. Find(key) is null ? Entries.Append(entry) : replaced], File, Line, Path);
    }

    /// <summary>The same mapping without some keys.</summary>
    internal ConfigNode Without(params IReadOnlyList<string> keys) =>
        Mapping([.. Entries.Where(entry => !keys.Contains(entry.Key))], File, Line, Path);

    /// <summary>Whether a scalar is a number as JSON writes it.</summary>
    internal bool IsNumber => Kind == ConfigKind.Scalar && !IsText && ConfigJson.IsNumber(Value);

    /// <summary>Whether a scalar is <c>true</c> or <c>false</c>.</summary>
    internal bool IsBoolean => Kind == ConfigKind.Scalar && !IsText && Value is "true" or "false";

    /// <summary>The path of a key below this node.</summary>
    internal string PathOf(string key) => Path is null ? key : $"{Path}.{key}";

    /// <summary>The path of an item of this sequence.</summary>
    internal string PathOf(int index) => $"{Path}[{index.ToString(CultureInfo.InvariantCulture)}]";

    /// <summary>An error at this node.</summary>
    internal ConfigException Error(string message) => new(File, Line, Path, message);

    /// <summary>An error that says what was found here and what was expected.</summary>
    internal ConfigException Unexpected(string expected) => Error($"found {Found}, expected {expected}");

    private string Found =>
        Kind switch
        {
            ConfigKind.Mapping => "a mapping",
            ConfigKind.Sequence => "a list",
            _ when IsNull => "nothing",
            _ when string.IsNullOrWhiteSpace(Value) => "an empty text",
            _ when IsText && Excerpt.Of(Value)[0] != '\'' => $"the text '{Excerpt.Clean(Value)}'",
            _ => Excerpt.Of(Value),
        };
}
