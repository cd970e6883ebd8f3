namespace Temper.Runs;

/// <summary>The kinds of configuration nodes.</summary>
public enum ConfigKind
{
    /// <summary>One value.</summary>
    Scalar,

    /// <summary>A list of nodes.</summary>
    Sequence,

    /// <summary>Keys, each with a node.</summary>
    Mapping,
}
