using System.Collections.Concurrent;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Temper.Runs;

/// <summary>One settable property of an options or configuration record, as recipes see it.</summary>
/// <param name="Property">The property.</param>
/// <param name="Key">Its kebab-case key.</param>
/// <param name="Type">Its type, without the nullable wrapper.</param>
/// <param name="IsNullable">Whether it may have no value.</param>
/// <param name="IsRequired">Whether the key must be written.</param>
/// <param name="Range">The numbers it may take, or null.</param>
/// <param name="Pattern">The regular expression its text must match, or null.</param>
/// <param name="Summary">What it is, in one line.</param>
internal sealed record OptionProperty(
    PropertyInfo Property,
    string Key,
    Type Type,
    bool IsNullable,
    bool IsRequired,
    ValueRange? Range,
    RegularExpressionAttribute? Pattern,
    string Summary
)
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<OptionProperty>> Known = new();

    /// <summary>The properties of a record in the order they are declared, those of its base records last.</summary>
    public static IReadOnlyList<OptionProperty> Of(Type record) => Known.GetOrAdd(record, Find);

    /// <summary>The kebab-case form of a name of C#.</summary>
    public static string Kebab(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);

    private static OptionProperty[] Find(Type record)
    {
        List<OptionProperty> found = [];
        for (var type = record; type is not null && type != typeof(object); type = type.BaseType)
        {
            const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly;
            found.AddRange(type.GetProperties(Declared).Where(property => property.CanWrite).Select(Describe));
        }
        return [.. found];
    }

    private static OptionProperty Describe(PropertyInfo property)
    {
        var underlying = Nullable.GetUnderlyingType(property.PropertyType);
        var isNullable =
            underlying is not null
            || (
                !property.PropertyType.IsValueType
                && new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable
            );
        return new(
            property,
            Kebab(property.Name),
            underlying ?? property.PropertyType,
            isNullable,
            property.IsDefined(typeof(RequiredMemberAttribute)),
            ValueRange.Of(property),
            property.GetCustomAttribute<RegularExpressionAttribute>(),
            property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? ""
        );
    }
}
