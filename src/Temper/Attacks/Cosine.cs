namespace Temper.Attacks;

/// <summary>A value that falls along half a cosine from the first step to the last.</summary>
internal static class Cosine
{
    /// <summary>The value at a step.</summary>
    /// <param name="first">The value at step 0.</param>
    /// <param name="last">The value that step <paramref name="steps"/> would have.</param>
    /// <param name="step">The step.</param>
    /// <param name="steps">The number of steps.</param>
    public static double Between(double first, double last, int step, int steps) =>
        last + ((first - last) * (1 + Math.Cos(Math.PI * step / steps)) / 2);
}
