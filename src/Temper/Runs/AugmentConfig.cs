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
    [Guidance(
        "x with a square of random place set to 0",
        "Robust overfitting of large networks: published gains of early-stopped training are small, those of the last epoch large.",
        "Small networks and short trainings, which underfit.",
        Source = "DeVries and Taylor 2017, Improved regularization of convolutional neural networks with cutout"
    )]
    public int Cutout { get; init; }

    /// <summary>Gets the α of mixup.</summary>
    [Description("α of mixup: each image and its label mixed with another, shares from Beta(α, α); 0 = none")]
    [Range(0d, 100d)]
    [Guidance(
        "x = s · x_i + (1 − s) · x_j, loss s · CE(·, y_i) + (1 − s) · CE(·, y_j), s ~ Beta(α, α)",
        "As cutout.",
        "As a defence of its own: published robustness by interpolation is mostly masking.",
        Source = "Zhang et al. 2018, mixup: beyond empirical risk minimization"
    )]
    public double Mixup { get; init; }

    /// <summary>Gets the α of CutMix.</summary>
    [Description("α of CutMix: a rectangle of another image pasted into each, area from Beta(α, α); 0 = none")]
    [Range(0d, 100d)]
    [Guidance(
        "a rectangle of x_j in x_i, labels mixed by area",
        "Robust overfitting in long schedules, with training.ema.",
        "Without training.ema: the paper finds its gains together with an average of the weights.",
        Source = "Yun et al. 2019, CutMix; for robust training Rebuffi et al. 2021, Fixing data augmentation to improve adversarial robustness"
    )]
    public double Cutmix { get; init; }
}
