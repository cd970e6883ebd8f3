using Temper.Evaluation.Unseen;
using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Tests.Evaluation.Unseen;

public sealed class WarpTests
{
    private const int Height = 9;
    private const int Width = 11;

    [Fact]
    public void By_nothing_it_changes_nothing()
    {
        using var inputs = Images(Height, Width);
        using var same = new Warp(0, 0, 0).Apply(inputs, 0);
        Assert.True(Tensors.Identical(inputs, same));
    }

    [Theory]
    [InlineData(2, -3)]
    [InlineData(-1, 4)]
    [InlineData(0, 20)]
    public void A_shift_moves_values_and_fills_with_the_box_s_lowest(int down, int right)
    {
        using var inputs = Images(Height, Width);
        using var moved = new Warp(0, down, right).Apply(inputs, -1);
        var (before, after) = (Tensors.ToArray<float>(inputs), Tensors.ToArray<float>(moved));
        for (var at = 0; at < after.Length; at++)
        {
            var (plane, y, x) = (at / (Height * Width), at / Width % Height, at % Width);
            var (fromY, fromX) = (y - down, x - right);
            var isIn = fromY is >= 0 and < Height && fromX is >= 0 and < Width;
            Assert.Equal(isIn ? before[(plane * Height * Width) + (fromY * Width) + fromX] : -1, after[at]);
        }
    }

    [Fact]
    public void A_quarter_turn_is_anticlockwise()
    {
        using var inputs = Images(8, 8);
        using var turned = new Warp(90, 0, 0).Apply(inputs, 0);
        using var expected = inputs.rot90(1, (2, 3));
        Assert.All(
            Tensors.ToArray<float>(expected).Zip(Tensors.ToArray<float>(turned)),
            p => Assert.Equal(p.First, p.Second, 1e-5)
        );
    }

    [Fact]
    public void A_slope_turns_exactly()
    {
        // Bilinear interpolation is exact on a plane.
        using var row = arange(16, dtype: ScalarType.Float32).div(16);
        using var inputs = row.expand(1, 1, 16, 16).contiguous();
        using var turned = new Warp(30, 0, 0).Apply(inputs, 0);
        var values = Tensors.ToArray<float>(turned);
        var (sine, cosine) = Math.SinCos(Math.PI / 6);
        for (var y = 5; y < 11; y++)
        {
            for (var x = 5; x < 11; x++)
            {
                var from = (cosine * (x - 7.5)) - (sine * (y - 7.5)) + 7.5;
                Assert.Equal(from / 16, values[(y * 16) + x], 1e-5);
            }
        }
    }

    private static Tensor Images(int height, int width)
    {
        var values = new float[2 * 3 * height * width];
        new Rng(3).FillUniform(values, [0], 0, 0);
        return tensor(values, [2, 3, height, width]);
    }
}
