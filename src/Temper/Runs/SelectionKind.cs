namespace Temper.Runs;

/// <summary>How the evaluated examples were chosen from a split.</summary>
public enum SelectionKind
{
    /// <summary>Every example of the split.</summary>
    All,

    /// <summary>The first ones, in file order: not a random sample.</summary>
    First,

    /// <summary>A seeded random subset, drawn without replacement.</summary>
    Sample,
}
