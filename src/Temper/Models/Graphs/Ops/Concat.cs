using static TorchSharp.torch;

namespace Temper.Models.Graphs.Ops;

/// <summary>Several values side by side along one dimension after the batch.</summary>
/// <param name="Axis">The dimension, from 1.</param>
public sealed record Concat(long Axis) : GraphOp
{
    /// <inheritdoc/>
    public override string Name => "Concat";

    /// <inheritdoc/>
    public override long[] ShapeOf(IReadOnlyList<long[]> inputs)
    {
        var first = inputs.Count > 0 ? inputs[0] : [];
        var fits =
            Axis >= 1
            && Axis < first.Length
            && inputs.All(s =>
                s.Length == first.Length && s.Where((d, i) => i != Axis && d != first[i]).Any() is false
            );
        return fits
            ? [.. first.Select((d, i) => i == Axis ? inputs.Sum(s => s[i]) : d)]
            : throw Unfit(inputs, $"the same shape but for dimension {Axis}");
    }

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs, bool training) => cat([.. inputs], Axis);
}
