using System.Text.Json.Nodes;
using Temper.Errors;

namespace Temper.Runs;

/// <summary>
/// Binds the options of a component onto its record, and describes that record. A record has init properties of the
/// types int, long, ulong, double, bool, string, enum, <see cref="Threats.Epsilon"/> and <see cref="Threats.StepSize"/>,
/// or nullable ones of these; <c>[Range]</c>, <c>[RegularExpression]</c> and <c>[Description]</c> on them are honoured.
/// </summary>
internal static class OptionsBinder
{
    /// <summary>Binds a mapping onto a new record; keys that are not written keep their defaults.</summary>
    /// <exception cref="ConfigException">A key is unknown or missing, or a value does not fit.</exception>
    public static object Bind(Type options, ConfigNode node) => RecordBinder.Read(options, node);

    /// <inheritdoc cref="Bind(Type, ConfigNode)"/>
    public static T Bind<T>(ConfigNode node) => (T)Bind(typeof(T), node);

    /// <summary>A copy of a record with one option changed.</summary>
    /// <param name="options">The record; it stays as it is.</param>
    /// <param name="key">The kebab-case key.</param>
    /// <param name="text">The value as a user writes it.</param>
    /// <param name="pathForErrors">The path of the record, such as <c>attack.pgd</c>; errors append the key.</param>
    /// <exception cref="ConfigException">The key is unknown, or the value does not fit.</exception>
    public static object With(object options, string key, string text, string pathForErrors)
    {
        var value = ConfigNode.Scalar(text, path: $"{pathForErrors}.{Excerpt.Clean(key)}");
        return RecordBinder.With(options, ConfigNode.Mapping([new(key, null, value)], path: pathForErrors));
    }

    /// <summary>The options of a record type, with defaults, ranges and summaries.</summary>
    public static IReadOnlyList<OptionInfo> Describe(Type options)
    {
        var defaults = RecordBinder.Create(options);
        return
        [
            .. OptionProperty
                .Of(options)
                .Select(property => new OptionInfo(
                    property.Key,
                    RecordBinder.ItemOf(property.Type) is { } item
                        ? $"list of {ScalarValues.TypeName(item)}s"
                        : ScalarValues.TypeName(property.Type),
                    RecordBinder.ItemOf(property.Type) is not null ? "[]"
                        : property.Property.GetValue(defaults) is { } value ? ScalarValues.Write(value, null).Value
                        : "",
                    property.Range?.ToString() ?? "",
                    property.Summary
                )),
        ];
    }

    /// <summary>Every option with its value, keys in kebab-case, for manifests.</summary>
    public static JsonObject ToNode(object options) => ConfigJson.Write(RecordBinder.Write(options))!.AsObject();
}
