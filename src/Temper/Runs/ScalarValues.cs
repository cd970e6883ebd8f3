using System.Globalization;
using Temper.Errors;
using Temper.Threats;

namespace Temper.Runs;

/// <summary>The single values that options hold, to and from text.</summary>
internal static class ScalarValues
{
    private static readonly Type[] Whole = [typeof(int), typeof(long), typeof(ulong)];

    /// <summary>Whether options of a type are single values.</summary>
    public static bool Handles(Type type) =>
        type.IsEnum
        || IsWhole(type)
        || type == typeof(double)
        || type == typeof(bool)
        || type == typeof(string)
        || type == typeof(Epsilon)
        || type == typeof(StepSize);

    /// <summary>Whether a type holds whole numbers.</summary>
    public static bool IsWhole(Type type) => Whole.Contains(type);

    /// <summary>Reads a value.</summary>
    /// <param name="node">Where it stands.</param>
    /// <param name="type">Its type, one that <see cref="Handles"/> knows.</param>
    /// <param name="option">The property it is for, with range and pattern; null for an item of a list.</param>
    /// <exception cref="Errors.ConfigException">The value is of another type or out of range.</exception>
    public static object Read(ConfigNode node, Type type, OptionProperty? option = null)
    {
        var value = node.Kind == ConfigKind.Scalar && !node.IsNull ? Parse(node, type) : null;
        if (value is null or "" || !IsInside(value, option))
        {
            var nearest = type.IsEnum ? NearestName.Find(node.Value, Names(type)) : null;
            var hint = nearest is null ? "" : $"; did you mean '{nearest}'?";
            throw node.Unexpected(Expected(type, option) + hint);
        }
        return value;
    }

    /// <summary>The node of a value; texts that look like other types are marked as texts.</summary>
    public static ConfigNode Write(object value, string? path) =>
        value switch
        {
            double number => ConfigNode.Scalar(number.ToString("R", CultureInfo.InvariantCulture), path: path),
            bool flag => ConfigNode.Scalar(flag ? "true" : "false", path: path),
            int or long or ulong => ConfigNode.Scalar(
                ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
                path: path
            ),
            Enum choice => ConfigNode.Scalar(OptionProperty.Kebab(choice.ToString()), path: path),
            _ => ConfigNode.Text(value.ToString() ?? "", path: path),
        };

    /// <summary>The name of a type for people: <c>whole number</c>, <c>clean | uniform</c>.</summary>
    public static string TypeName(Type type) =>
        type.IsEnum ? string.Join(" | ", Names(type))
        : IsWhole(type) ? "whole number"
        : type == typeof(double) ? "number"
        : type == typeof(bool) ? "true | false"
        : type == typeof(Epsilon) ? "budget"
        : type == typeof(StepSize) ? "step"
        : "text";

    /// <summary>The values of an enum as recipes write them.</summary>
    public static IReadOnlyList<string> Names(Type type) => [.. Enum.GetNames(type).Select(OptionProperty.Kebab)];

    private static string Expected(Type type, OptionProperty? option)
    {
        if (type.IsEnum)
        {
            return string.Join(" or ", Names(type));
        }
        if (option?.Pattern is { } pattern)
        {
            return pattern.ErrorMessage ?? $"text that matches {pattern.Pattern}";
        }
        var range = option?.Range?.ToString() ?? "";
        var limits = range.Length > 0 ? " " + range : "";
        return IsWhole(type) ? "a whole number" + (limits.Length > 0 ? limits : Limits(type))
            : type == typeof(double) ? "a number" + limits
            : type == typeof(bool) ? "true or false"
            : type == typeof(Epsilon) ? Epsilon.Expected
            : type == typeof(StepSize) ? StepSize.Expected
            : "text";
    }

    private static string Limits(Type type) =>
        type == typeof(int) ? $" from {int.MinValue} to {int.MaxValue}"
        : type == typeof(long) ? $" from {long.MinValue} to {long.MaxValue}"
        : $" from 0 to {ulong.MaxValue}";

    private static bool IsInside(object value, OptionProperty? option) =>
        value switch
        {
            string text => option?.Pattern is not { } pattern || pattern.IsValid(text),
            int or long or ulong or double => option?.Range is not { } range
                || range.Contains(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
            _ => true,
        };

    private static object? Parse(ConfigNode node, Type type)
    {
        var text = node.Value;
        if (type == typeof(string))
        {
            return string.IsNullOrWhiteSpace(text) ? null : text;
        }
        if (type.IsEnum)
        {
            var index = Names(type).ToList().IndexOf(text);
            return index < 0 ? null : Enum.Parse(type, Enum.GetNames(type)[index]);
        }
        if (type == typeof(Epsilon))
        {
            return Epsilon.TryParse(text, out var epsilon) ? epsilon : null;
        }
        if (type == typeof(StepSize))
        {
            return StepSize.TryParse(text, out var step) ? step : null;
        }
        return node.IsText ? null : Number(text, type);
    }

    private static object? Number(string text, Type type)
    {
        const NumberStyles Real =
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        var culture = CultureInfo.InvariantCulture;
        if (type == typeof(bool))
        {
            return text switch
            {
                "true" => true,
                "false" => false,
                _ => null,
            };
        }
        if (type == typeof(double))
        {
            return double.TryParse(text, Real, culture, out var real) && double.IsFinite(real) ? real : null;
        }
        // 010 is eight to some readers of YAML and ten to others.
        if (!ConfigJson.IsNumber(text))
        {
            return null;
        }
        return type == typeof(int) && int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out var whole) ? whole
            : type == typeof(long) && long.TryParse(text, NumberStyles.AllowLeadingSign, culture, out var large) ? large
            : type == typeof(ulong) && ulong.TryParse(text, NumberStyles.None, culture, out var seed) ? seed
            : (object?)null;
    }
}
