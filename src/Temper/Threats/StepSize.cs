using System.Globalization;
using Temper.Errors;

namespace Temper.Threats;

/// <summary>The length of a step: absolute in input units, or relative to the budget. It prints as it was written.</summary>
public readonly record struct StepSize
{
    private const string RelativePrefix = "rel:";
    private readonly string? _written;
    private readonly double _value;
    private readonly bool _relative;

    private StepSize(double value, bool relative, string written) =>
        (_value, _relative, _written) = (value, relative, written);

    /// <summary>An absolute step.</summary>
    /// <param name="value">The length, finite, above 0.</param>
    public static StepSize Absolute(double value) => Parse(value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>A step relative to the budget.</summary>
    /// <param name="share">The share of the budget, finite, above 0.</param>
    public static StepSize Relative(double share) =>
        Parse(RelativePrefix + share.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>Reads <c>0.01</c>, <c>2/255</c> or <c>rel:0.1</c>.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ThreatException">The text is none of these, or the length is not above 0.</exception>
    public static StepSize Parse(string text)
    {
        var relative = text.StartsWith(RelativePrefix, StringComparison.Ordinal);
        var number = relative ? text[RelativePrefix.Length..] : text;
        return Fraction.TryParse(number, out var value) && value > 0
            ? new(value, relative, text.Trim())
            : throw new ThreatException(
                $"step '{text}': expected a length above 0, such as 0.01, 2/255, or rel:0.1 for a tenth of the budget."
            );
    }

    /// <summary>The length for a budget.</summary>
    /// <param name="epsilon">The budget.</param>
    public double For(Epsilon epsilon) => _relative ? _value * epsilon.Value : _value;

    /// <inheritdoc/>
    public override string ToString() => _written ?? "0";
}
