namespace Temper.Evaluation.Metrics;

/// <summary>The examples of one class.</summary>
/// <param name="Label">The class.</param>
/// <param name="N">Its examples.</param>
/// <param name="CleanCorrect">Those that are right without an attack.</param>
/// <param name="Robust">Those that nothing broke.</param>
internal sealed record ClassMetrics(int Label, int N, int CleanCorrect, int Robust)
{
    /// <summary>Gets the share that is right without an attack.</summary>
    public double CleanRate => CleanCorrect / (double)N;

    /// <summary>Gets the share that nothing broke.</summary>
    public double RobustRate => Robust / (double)N;
}
