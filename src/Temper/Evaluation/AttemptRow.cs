namespace Temper.Evaluation;

/// <summary>One restart of one attack on one example.</summary>
/// <param name="Index">The example's canonical index in its split.</param>
/// <param name="Phase">
/// <c>cascade</c>: the example was still standing when the attack began. Other phases let attacks be compared on the
/// same examples.
/// </param>
/// <param name="Attack">The attack's name, as in the manifest.</param>
/// <param name="Restart">The restart, from 0.</param>
/// <param name="Outcome"><c>broken</c> or <c>standing</c>.</param>
/// <param name="Distance">The distance of the point found, in the threat's norm; null when there is none.</param>
/// <param name="Forwards">Forward passes spent.</param>
/// <param name="Gradients">Gradient passes spent.</param>
public sealed record AttemptRow(
    long Index,
    string Phase,
    string Attack,
    int Restart,
    string Outcome,
    double? Distance,
    long Forwards,
    long Gradients
)
{
    /// <summary>The phase in which each attack meets only the examples still standing.</summary>
    public const string Cascade = "cascade";

    /// <summary>The phase in which each probe meets every example of a fixed subset that is right without an attack.</summary>
    public const string Probe = "probe";

    /// <summary>The outcome of an attempt that found a misclassified point within the budget.</summary>
    public const string Broken = "broken";

    /// <summary>The outcome of an attempt that found none.</summary>
    public const string Standing = "standing";
}
