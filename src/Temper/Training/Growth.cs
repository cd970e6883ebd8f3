namespace Temper.Training;

/// <summary>How the budget grows from 0 to its full value.</summary>
public enum Growth
{
    /// <summary>Evenly.</summary>
    Linear,

    /// <summary>By half a cosine: slowly at both ends.</summary>
    Cosine,
}
