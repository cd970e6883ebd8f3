using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Temper.Runs;

/// <summary>Random changes of training images; none by default.</summary>
public sealed record AugmentConfig
{
    /// <summary>Gets the largest shift.</summary>
    [Description("the largest shift in pixels, in both directions; what comes in is 0")]
    [Range(0, 64)]
    public int Crop { get; init; }

    /// <summary>Gets whether images are mirrored.</summary>
    [Description("whether half of the images are mirrored left to right")]
    public bool Flip { get; init; }
}
