using System.Diagnostics.CodeAnalysis;

namespace Temper.Losses;

/// <summary>The losses an attack can ascend.</summary>
[SuppressMessage("Naming", "CA1711", Justification = "The kinds of loss, named as the options name them.")]
public enum LossKind
{
    /// <summary>Cross-entropy.</summary>
    Ce,

    /// <summary>The margin: largest wrong score minus the right one.</summary>
    Margin,

    /// <summary>The difference-of-logits ratio: the margin by the distance of the largest score to the third.</summary>
    Dlr,
}
