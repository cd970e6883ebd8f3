using System.Globalization;
using Temper.Errors;

namespace Temper.Threats;

/// <summary>
/// The length of a step: absolute in input units (<c>0.01</c>, <c>2/255</c>), or relative to the budget (<c>rel:0.1</c>
/// is a tenth of ε). It prints as it was written.
/// </summary>
/// <remarks>The default value is a step of length 0, which no text gives.</remarks>
public readonly record struct StepSize
{
    /// <summary>What a step looks like, for error messages.</summary>
    internal const string Expected = "a step above 0, such as 0.01 or 2/255, or rel:0.1 for a tenth of the budget";

    private const string RelativePrefix = "rel:";
    private readonly string? _written;
    private readonly double _value;
    private readonly bool _relative;

    private StepSize(double value, bool relative, string written) =>
        (_value, _relative, _written) = (value, relative, written);

    /// <summary>An absolute step.</summary>
    /// <param name="value">The length in input units, finite, above 0.</param>
    /// <returns>The step.</returns>
    /// <exception cref="ConfigException">The length is not above 0, or not finite.</exception>
    public static StepSize Absolute(double value) => Parse(value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>A step relative to the budget.</summary>
    /// <param name="share">The share of the budget, finite, above 0.</param>
    /// <returns>The step.</returns>
    /// <exception cref="ConfigException">The share is not above 0, or not finite.</exception>
    public static StepSize Relative(double share) =>
        Parse(RelativePrefix + share.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>Reads <c>0.01</c>, <c>2/255</c> or <c>rel:0.1</c>.</summary>
    /// <param name="text">The text; spaces around it are dropped.</param>
    /// <returns>The step; it prints as written.</returns>
    /// <exception cref="ConfigException">The text is none of these, or the length is not above 0 and finite.</exception>
    public static StepSize Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var step)
            ? step
            : throw new ConfigException(null, null, null, $"step: found {Excerpt.Of(text)}, expected {Expected}.");
    }

    /// <summary>Gets whether the length is a share of the budget.</summary>
    internal bool IsRelative => _relative;

    /// <summary>The length for a budget.</summary>
    /// <param name="epsilon">The budget.</param>
    /// <returns>The length in input units.</returns>
    public double For(Epsilon epsilon) => _relative ? _value * epsilon.Value : _value;

    /// <inheritdoc/>
    public bool Equals(StepSize other) => _value.Equals(other._value) && _relative == other._relative;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_value, _relative);

    /// <inheritdoc/>
    public override string ToString() => _written ?? "0";

    /// <summary>As <see cref="Parse"/>, false instead of an error.</summary>
    internal static bool TryParse(string text, out StepSize step)
    {
        var written = text.Trim();
        var relative = written.StartsWith(RelativePrefix, StringComparison.Ordinal);
        var number = relative ? written.AsSpan(RelativePrefix.Length) : written.AsSpan();
        var valid = Fraction.TryParse(number, out var value) && value > 0;
        step = valid ? new(value, relative, written) : default;
        return valid;
    }
}
