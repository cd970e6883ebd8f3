using System.Globalization;
using Temper.Errors;

namespace Temper.Threats;

/// <summary>A perturbation budget in input units; it prints as it was written, <c>8/255</c> as 8/255.</summary>
/// <remarks>The default value is 0. Negative and non-finite budgets cannot be made.</remarks>
public readonly record struct Epsilon
{
    private readonly string? _written;

    private Epsilon(double value, string written)
    {
        if (!double.IsFinite(value) || value < 0)
        {
            throw new ThreatException($"budget '{written}': expected a number from 0, such as 0.3 or 8/255.");
        }
        (Value, _written) = (value, written);
    }

    /// <summary>Gets the value.</summary>
    public double Value { get; }

    /// <summary>A budget from a number.</summary>
    /// <param name="value">The value, finite, from 0.</param>
    /// <exception cref="ThreatException">The value is negative or not finite.</exception>
    public static Epsilon Of(double value) => new(value, value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>A budget in 255ths.</summary>
    /// <param name="levels">The number of 255ths.</param>
    /// <exception cref="ThreatException">The value is negative or not finite.</exception>
    public static Epsilon Of255(double levels) =>
        new(levels / 255, levels.ToString("R", CultureInfo.InvariantCulture) + "/255");

    /// <summary>Reads a number or a fraction.</summary>
    /// <param name="text">The text, such as <c>0.3</c> or <c>8/255</c>.</param>
    /// <exception cref="ThreatException">The text is neither.</exception>
    public static Epsilon Parse(string text) =>
        Fraction.TryParse(text, out var value)
            ? new(value, text.Trim())
            : throw new ThreatException(
                $"budget '{text}': expected a number from 0 or a fraction, such as 0.3 or 8/255."
            );

    /// <inheritdoc/>
    public bool Equals(Epsilon other) => Value.Equals(other.Value);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => _written ?? "0";
}
