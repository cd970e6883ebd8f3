namespace Temper.Evaluation;

/// <summary>Accuracy at one budget of the curve of accuracy against ε.</summary>
/// <param name="Budget">The budget ε, in input units; 0 is the clean pass.</param>
/// <param name="N">The number of examples, the same at every budget.</param>
/// <param name="Robust">
/// The examples right without an attack, broken at no budget up to this one, and not broken by the evaluation within this
/// distance: an upper bound on what stands at it, since a smaller ball lies inside a larger one.
/// </param>
/// <param name="Attack">The attack's name, as in the manifest; <c>clean</c> at budget 0.</param>
/// <param name="Forwards">Forward passes spent at this budget, in examples.</param>
/// <param name="Gradients">Gradient passes spent at this budget, in examples.</param>
public sealed record CurveRow(double Budget, int N, int Robust, string Attack, long Forwards, long Gradients)
{
    /// <summary>The <see cref="Attack"/> of the row at budget 0.</summary>
    public const string Clean = "clean";
}
