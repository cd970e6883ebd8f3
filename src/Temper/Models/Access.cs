namespace Temper.Models;

/// <summary>What an adversary can see of a model, from most to least.</summary>
public enum Access
{
    /// <summary>Scores and their gradients with respect to the input (white box).</summary>
    Gradients,

    /// <summary>Scores of all classes.</summary>
    Scores,

    /// <summary>The predicted class only.</summary>
    Labels,
}
