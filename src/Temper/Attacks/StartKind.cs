namespace Temper.Attacks;

/// <summary>Where an attack starts.</summary>
public enum StartKind
{
    /// <summary>At the clean input.</summary>
    Clean,

    /// <summary>At a point drawn uniformly from the ball, moved into the box.</summary>
    Uniform,
}
