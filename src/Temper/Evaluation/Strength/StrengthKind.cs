namespace Temper.Evaluation.Strength;

/// <summary>What an attack is given more of.</summary>
internal enum StrengthKind
{
    /// <summary>Gradient steps.</summary>
    Steps,

    /// <summary>Random starts.</summary>
    Restarts,

    /// <summary>Questions about scores.</summary>
    Queries,
}
