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

    /// <summary>Gets the side of the square that is blackened.</summary>
    [Description("side in pixels of a square that is blackened somewhere in each image; 0 = none")]
    [Range(0, 1024)]
    public int Cutout { get; init; }

    /// <summary>Gets the α of mixup.</summary>
    [Description("α of mixup: each image and its label mixed with another, shares from Beta(α, α); 0 = none")]
    [Range(0d, 100d)]
    public double Mixup { get; init; }

    /// <summary>Gets the α of CutMix.</summary>
    [Description("α of CutMix: a rectangle of another image pasted into each, area from Beta(α, α); 0 = none")]
    [Range(0d, 100d)]
    public double Cutmix { get; init; }
}
