using Temper.Models.Passes;
using static TorchSharp.torch;

namespace Temper.Models.Graphs.Ops;

/// <summary>The same values in another shape; the first dimension stays the batch.</summary>
/// <param name="Shape">The shape after the batch; one entry may be −1 and is then computed.</param>
public sealed record Reshape(IReadOnlyList<long> Shape) : GraphOp
{
    /// <inheritdoc/>
    public override string Name => "Reshape";

    /// <inheritdoc/>
    public override long[] ShapeOf(IReadOnlyList<long[]> inputs)
    {
        if (inputs is not [[var n, .. var rest]])
        {
            throw Unfit(inputs, "values (N, …)");
        }
        var values = rest.Aggregate(1L, (a, b) => a * b);
        var known = Shape.Where(d => d != -1).Aggregate(1L, (a, b) => a * b);
        var open = Shape.Count(d => d == -1);
        return open <= 1 && known > 0 && (open == 0 ? known == values : values % known == 0)
            ? [n, .. Shape.Select(d => d == -1 ? values / known : d)]
            : throw Unfit(inputs, $"as many values as (N, {string.Join(", ", Shape)}) holds");
    }

    /// <inheritdoc/>
    public override Tensor Apply(IReadOnlyList<Tensor> inputs, bool training) =>
        inputs[0].reshape([inputs[0].shape[0], .. Shape]);

    /// <inheritdoc/>
    internal override OpRecord Record(OpCall call)
    {
        var shape = call.Inputs[0].shape;
        return new(Apply(call.Inputs, call.Training), gradient => [gradient.reshape(shape)]) { Shares = true };
    }

    /// <summary>Compares the shapes.</summary>
    /// <param name="other">The other operator.</param>
    public bool Equals(Reshape? other) => other is not null && Shape.SequenceEqual(other.Shape);

    /// <inheritdoc/>
    public override int GetHashCode() => Shape.Aggregate(17, HashCode.Combine);
}
