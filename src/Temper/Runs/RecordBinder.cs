using System.Collections.ObjectModel;
using Temper.Errors;

namespace Temper.Runs;

/// <summary>Nodes to immutable records and back, by reflection; strict: what is not known is an error.</summary>
internal static class RecordBinder
{
    /// <summary>Binds a mapping onto a record; keys that are not written keep the record's defaults.</summary>
    /// <exception cref="ConfigException">A key is unknown or missing, or a value does not fit.</exception>
    public static object Read(Type record, ConfigNode node)
    {
        var result = Create(record);
        Fill(result, node);
        var missing = OptionProperty
            .Of(record)
            .FirstOrDefault(property => property.IsRequired && node.Find(property.Key) is null);
        return missing is null
            ? result
            : throw node.Error($"the key '{missing.Key}' is missing, expected {missing.Summary}");
    }

    /// <summary>A copy of a record with the keys of a mapping changed.</summary>
    /// <exception cref="ConfigException">A key is unknown, or a value does not fit.</exception>
    public static object With(object record, ConfigNode node)
    {
        var result = Create(record.GetType());
        foreach (var property in OptionProperty.Of(record.GetType()))
        {
            property.Property.SetValue(result, property.Property.GetValue(record));
        }
        Fill(result, node);
        return result;
    }

    /// <summary>The mapping of a record, every key written.</summary>
    public static ConfigNode Write(object record, string? path = null)
    {
        List<ConfigEntry> entries = [];
        foreach (var property in OptionProperty.Of(record.GetType()))
        {
            var below = path is null ? property.Key : $"{path}.{property.Key}";
            var value = property.Property.GetValue(record);
            entries.Add(new(property.Key, null, WriteValue(value, property.Type, below)));
        }
        return ConfigNode.Mapping(entries, path: path);
    }

    /// <summary>A record with its defaults. Required properties are not set; who binds checks them.</summary>
    public static object Create(Type record) =>
        Activator.CreateInstance(record)
        ?? throw new InvalidOperationException($"{record} needs a constructor without parameters.");

    /// <summary>The item type of a list type, or null.</summary>
    public static Type? ItemOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
            ? type.GetGenericArguments()[0]
            : null;

    private static void Fill(object record, ConfigNode node)
    {
        if (node.Kind != ConfigKind.Mapping)
        {
            throw node.Unexpected("a mapping of keys to values");
        }
        var properties = OptionProperty.Of(record.GetType());
        foreach (var (key, line, value) in node.Entries)
        {
            var property =
                properties.FirstOrDefault(candidate => candidate.Key == key)
                ?? throw Unknown(node, key, line, value, [.. properties.Select(candidate => candidate.Key)]);
            property.Property.SetValue(record, value.IsNull && property.IsNullable ? null : Value(value, property));
        }
    }

    private static ConfigException Unknown(
        ConfigNode node,
        string key,
        int? line,
        ConfigNode value,
        IReadOnlyList<string> valid
    ) =>
        new(
            value.File ?? node.File,
            line ?? node.Line,
            node.Path,
            $"unknown key '{Excerpt.Clean(key)}'{NearestName.Suggest(key, valid)}"
        );

    private static object Value(ConfigNode node, OptionProperty property) =>
        ScalarValues.Handles(property.Type)
            ? ScalarValues.Read(node, property.Type, property)
            : Composite(node, property.Type);

    private static object Composite(ConfigNode node, Type type)
    {
        if (type == typeof(ComponentConfig))
        {
            return ComponentConfig.FromNode(node);
        }
        if (type == typeof(AttackConfig))
        {
            return AttackConfig.FromNode(node);
        }
        if (type == typeof(SchedulePoint))
        {
            return SchedulePoint.FromNode(node);
        }
        return ItemOf(type) is { } item ? List(node, item) : Read(type, node);
    }

    private static object List(ConfigNode node, Type type)
    {
        if (node.Kind != ConfigKind.Sequence)
        {
            throw node.Unexpected("a list");
        }
        var items = Array.CreateInstance(type, node.Items.Count);
        for (var i = 0; i < items.Length; i++)
        {
            var item = node.Items[i];
            items.SetValue(ScalarValues.Handles(type) ? ScalarValues.Read(item, type) : Composite(item, type), i);
        }
        return Activator.CreateInstance(typeof(ReadOnlyCollection<>).MakeGenericType(type), items)!;
    }

    private static ConfigNode WriteValue(object? value, Type type, string path) =>
        value switch
        {
            null => ConfigNode.Scalar("null", path: path),
            _ when ScalarValues.Handles(type) => ScalarValues.Write(value, path),
            ComponentConfig component => component.ToNode(path),
            AttackConfig attack => attack.ToNode(path),
            SchedulePoint point => point.ToNode(path),
            System.Collections.IEnumerable list => ConfigNode.Sequence(
                [.. list.Cast<object>().Select((item, index) => WriteValue(item, item.GetType(), $"{path}[{index}]"))],
                path: path
            ),
            _ => Write(value, path),
        };
}
