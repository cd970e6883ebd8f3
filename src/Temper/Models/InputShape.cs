using Temper.Errors;

namespace Temper.Models;

/// <summary>The shape of one input.</summary>
/// <param name="Channels">The number of channels.</param>
/// <param name="Height">The height in pixels.</param>
/// <param name="Width">The width in pixels.</param>
public sealed record InputShape(int Channels, int Height, int Width)
{
    /// <summary>Gets the number of values of one input.</summary>
    public int Values => Channels * Height * Width;

    /// <summary>Refuses a batch of another shape.</summary>
    /// <param name="shape">The shape of the batch, (N, C, H, W).</param>
    /// <param name="what">Who asks, for the message.</param>
    /// <exception cref="ModelException">The shape differs.</exception>
    public void Check(long[] shape, string what)
    {
        if (shape.Length != 4 || shape[1] != Channels || shape[2] != Height || shape[3] != Width)
        {
            throw new ModelException(
                $"{what}: found inputs of shape ({string.Join(", ", shape)}), expected (N, {Channels}, {Height}, {Width})."
            );
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Channels}×{Height}×{Width}";
}
