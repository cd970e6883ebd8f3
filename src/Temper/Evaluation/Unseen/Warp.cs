using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Evaluation.Unseen;

/// <summary>A rotation about an image's middle, then a shift.</summary>
/// <param name="Degrees">The angle, anticlockwise.</param>
/// <param name="Down">The shift downwards, in pixels.</param>
/// <param name="Right">The shift to the right, in pixels.</param>
internal readonly record struct Warp(float Degrees, float Down, float Right)
{
    /// <summary>Warps images by bilinear interpolation; what comes in from outside has the value <paramref name="fill"/>.</summary>
    /// <param name="inputs">Images, shape (N, C, H, W), float32; borrowed.</param>
    /// <param name="fill">The lowest value of the box.</param>
    /// <returns>A new tensor; the caller owns it. By an angle of 0 and whole pixels values are moved, not changed.</returns>
    public Tensor Apply(Tensor inputs, float fill)
    {
        var shape = inputs.shape;
        var (height, width) = ((int)shape[2], (int)shape[3]);
        var from = Tensors.ToArray<float>(inputs);
        var to = new float[from.Length];
        var size = height * width;
        var (sine, cosine) = MathF.SinCos(Degrees * MathF.PI / 180);
        var (middleY, middleX) = ((height - 1) / 2f, (width - 1) / 2f);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (dy, dx) = (y - Down - middleY, x - Right - middleX);
                var fromY = (cosine * dy) + (sine * dx) + middleY;
                var fromX = (cosine * dx) - (sine * dy) + middleX;
                var (top, left) = ((int)MathF.Floor(fromY), (int)MathF.Floor(fromX));
                var (down, right) = (fromY - top, fromX - left);
                for (var plane = 0; plane < from.Length; plane += size)
                {
                    var value =
                        ((1 - down) * (1 - right) * At(top, left))
                        + ((1 - down) * right * At(top, left + 1))
                        + (down * (1 - right) * At(top + 1, left))
                        + (down * right * At(top + 1, left + 1));
                    to[plane + (y * width) + x] = value;

                    float At(int row, int column) =>
                        row < 0 || row >= height || column < 0 || column >= width
                            ? fill
                            : from[plane + (row * width) + column];
                }
            }
        }
        using var made = tensor(to, shape, dtype: ScalarType.Float32);
        return made.to(inputs.device, copy: true);
    }
}
