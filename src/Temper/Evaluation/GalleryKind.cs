namespace Temper.Evaluation;

/// <summary>What an example of the gallery shows.</summary>
public enum GalleryKind
{
    /// <summary>An example that an attack of the evaluation broke.</summary>
    Broken,

    /// <summary>One of the smallest perturbations found: a breaking point of the curve, shortened along its line.</summary>
    Smallest,

    /// <summary>An example that stood all attacks, at the last attack's best point.</summary>
    Survivor,
}
