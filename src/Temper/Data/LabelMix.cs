using static TorchSharp.torch;

namespace Temper.Data;

/// <summary>The second labels of examples that are mixed from two.</summary>
/// <param name="Labels">The label of what was mixed in, int64, shape (N).</param>
/// <param name="Shares">The share of each example's own label, from one half to 1, float32, shape (N).</param>
public sealed record LabelMix(Tensor Labels, Tensor Shares);
