namespace Temper.Evaluation.Unseen;

/// <summary>Accuracy under one threat that was not part of the threat model evaluated.</summary>
/// <param name="Family">The kind: <c>clean</c>, <c>norm</c>, <c>larger</c>, <c>spatial</c>, <c>patch</c> or <c>corruption</c>.</param>
/// <param name="Name">The threat: a norm, <c>rotation</c>, a corruption's id; <c>clean</c> in the first row.</param>
/// <param name="Setting">Its size: a budget, an angle, a severity; empty in the first row.</param>
/// <param name="N">The number of examples, the same in all rows; 0 where it was not measured.</param>
/// <param name="Correct">
/// The examples classified correctly: under attacks and transformations those for which no point tried was wrong, an upper bound;
/// under a corruption those right on the corrupted image.
/// </param>
/// <param name="Forwards">Forward passes, in examples.</param>
/// <param name="Gradients">Gradient passes, in examples.</param>
/// <param name="LeftOut">Why it was not measured, such as <c>needs gradients</c>; empty where it was.</param>
public sealed record UnseenRow(
    string Family,
    string Name,
    string Setting,
    int N,
    int Correct,
    long Forwards,
    long Gradients,
    string LeftOut = ""
)
{
    /// <summary>The <see cref="Family"/> of the row without a threat.</summary>
    public const string Clean = "clean";

    /// <summary>The <see cref="Family"/> of other norms.</summary>
    public const string Norm = "norm";

    /// <summary>The <see cref="Family"/> of the evaluated norm with larger budgets.</summary>
    public const string Larger = "larger";

    /// <summary>The <see cref="Family"/> of rotations and translations.</summary>
    public const string Spatial = "spatial";

    /// <summary>The <see cref="Family"/> of adversarial patches.</summary>
    public const string Patch = "patch";

    /// <summary>The <see cref="Family"/> of common corruptions.</summary>
    public const string Corruption = "corruption";

    /// <summary>The <see cref="LeftOut"/> of searches along gradients, where the model shows none.</summary>
    public const string NeedsGradients = "needs gradients";

    /// <summary>Gets every family, in the order of the table.</summary>
    public static IReadOnlyList<string> Families { get; } = [Clean, Norm, Larger, Spatial, Patch, Corruption];
}
