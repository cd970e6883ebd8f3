namespace Temper.Threats;

/// <summary>The kinds of <see cref="Goal"/>.</summary>
public enum GoalKind
{
    /// <summary>Any wrong class.</summary>
    Untargeted,

    /// <summary>One class, the same for every example.</summary>
    Class,

    /// <summary>The class that scores lowest on the clean input, the label left out.</summary>
    LeastLikely,

    /// <summary>A wrong class drawn for each example.</summary>
    Random,

    /// <summary>Each wrong class in turn.</summary>
    All,
}
