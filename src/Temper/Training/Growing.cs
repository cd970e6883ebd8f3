namespace Temper.Training;

/// <summary>The arithmetic of <see cref="Growth"/>.</summary>
internal static class Growing
{
    /// <summary>The value on the way to the full one.</summary>
    /// <param name="growth">How it grows.</param>
    /// <param name="full">The full value.</param>
    /// <param name="step">The step, from 1.</param>
    /// <param name="steps">The steps until the value is full.</param>
    public static double At(this Growth growth, double full, int step, double steps) =>
        growth == Growth.Cosine ? full * (1 - Math.Cos(Math.PI * step / steps)) / 2 : full * step / steps;
}
