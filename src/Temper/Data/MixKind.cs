namespace Temper.Data;

/// <summary>How two images become one.</summary>
public enum MixKind
{
    /// <summary>Pixel by pixel: λ of the one, 1 − λ of the other.</summary>
    Mixup,

    /// <summary>A rectangle of the other, of 1 − λ of the area, is pasted into the one.</summary>
    CutMix,
}
