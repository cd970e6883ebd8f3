using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>The geometry of L0, the number of changed values: those that can change most move first.</summary>
internal sealed class L0Geometry : NormGeometry
{
    private L0Geometry() { }

    /// <summary>Gets the geometry.</summary>
    public static L0Geometry Instance { get; } = new();

    /// <inheritdoc/>
    public override Tensor Length(Tensor delta) => delta.ne(0).to(delta.dtype).sum(1, keepdim: true);

    /// <inheritdoc/>
    /// <remarks>L0 has no dual norm; a value of a box moves by its width at most, so the largest slope bounds the change per value.</remarks>
    public override Tensor DualLength(Tensor gradient) => gradient.abs().amax([1], keepdim: true);

    /// <inheritdoc/>
    /// <remarks>The largest values stay, as many as the radius has whole ones.</remarks>
    public override Tensor Shrink(Tensor delta, Tensor radius)
    {
        var place = delta.abs().argsort(1, descending: true).argsort(1);
        return delta * place.to(delta.dtype).lt(radius.floor()).to(delta.dtype);
    }

    /// <inheritdoc/>
    public override void Reach(ReadOnlySpan<double> slopes, ReadOnlySpan<double> room, double gain, Span<double> move)
    {
        var worth = new double[slopes.Length];
        for (var i = 0; i < worth.Length; i++)
        {
            worth[i] = slopes[i] * room[i];
        }
        Fill(slopes, room, gain, move, worth);
    }
}
