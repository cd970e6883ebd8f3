using System.Globalization;
using Temper.Errors;

namespace Temper.Threats;

/// <summary>A perturbation budget in input units; it prints as it was written, <c>8/255</c> as 8/255.</summary>
/// <remarks>
/// The default value is 0. Negative and non-finite budgets cannot be made. Two budgets are equal when their values are,
/// however they are written.
/// </remarks>
public readonly record struct Epsilon
{
    /// <summary>What a budget looks like, for error messages.</summary>
    internal const string Expected = "a budget from 0: a number or a fraction, such as 0.3 or 8/255";

    private readonly string? _written;

    private Epsilon(double value, string written)
    {
        if (!double.IsFinite(value) || value < 0)
        {
            throw new ThreatException($"budget: found {written}, expected {Expected}.");
        }
        (Value, _written) = (value, written);
    }

    /// <summary>Gets the value, in input units.</summary>
    public double Value { get; }

    /// <summary>A budget from a number.</summary>
    /// <param name="value">The value, finite, from 0.</param>
    /// <returns>The budget, printed as the shortest decimal that reads back as the value.</returns>
    /// <exception cref="ThreatException">The value is negative or not finite.</exception>
    public static Epsilon Of(double value) => new(value, value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>A budget in 255ths.</summary>
    /// <param name="levels">The number of 255ths, finite, from 0.</param>
    /// <returns>The budget, printed as <c>levels/255</c>.</returns>
    /// <exception cref="ThreatException">The value is negative or not finite.</exception>
    public static Epsilon Of255(double levels) =>
        new(levels / 255, levels.ToString("R", CultureInfo.InvariantCulture) + "/255");

    /// <summary>Reads a number or a fraction.</summary>
    /// <param name="text">The text, such as <c>0.3</c> or <c>8/255</c>; spaces around it are dropped.</param>
    /// <returns>The budget; it prints as written.</returns>
    /// <exception cref="ThreatException">The text is neither, is negative, or is not finite.</exception>
    public static Epsilon Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var epsilon)
            ? epsilon
            : throw new ThreatException($"budget: found {Excerpt.Of(text)}, expected {Expected}.");
    }

    /// <inheritdoc/>
    public bool Equals(Epsilon other) => Value.Equals(other.Value);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => _written ?? "0";

    /// <summary>As <see cref="Parse"/>, false instead of an error.</summary>
    internal static bool TryParse(string text, out Epsilon epsilon)
    {
        var written = text.Trim();
        // "-0" is 0 and stays out all the same: no budget is written with a minus sign.
        var valid = Fraction.TryParse(written, out var value) && !double.IsNegative(value);
        epsilon = valid ? new(value, written) : default;
        return valid;
    }
}
