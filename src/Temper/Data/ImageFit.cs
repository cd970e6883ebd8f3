namespace Temper.Data;

/// <summary>How an image of any shape becomes a square.</summary>
public enum ImageFit
{
    /// <summary>The shorter side is scaled to the size and the middle is kept.</summary>
    Cover,

    /// <summary>Both sides are scaled to the size.</summary>
    Stretch,

    /// <summary>The longer side is scaled to the size and the rest is black.</summary>
    Pad,
}
