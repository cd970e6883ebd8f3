using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Threats;

/// <summary>The vector kernels of L∞, against their definitions in float64 and value by value.</summary>
public sealed class FacesTests
{
    [Theory]
    [InlineData(0.3, 0, 1)]
    [InlineData(8d / 255, 0, 1)]
    [InlineData(0, 0, 1)]
    [InlineData(0.1, -1, 1)]
    [InlineData(1e-30, -1, 1)]
    [InlineData(0.7, 0.1, 0.9)]
    public void Faces_are_the_outermost_float32_inside_the_exact_ones(double epsilon, double low, double high)
    {
        var box = new PixelRange(low, high);
        var draws = new float[40_001];
        new Rng(4).FillUniform(draws, [0], 0, 0);
        float[] special = [(float)low, (float)high, 0f, -0f, float.Epsilon, 1e-20f, 0.1f, 0.3f, 1f / 255, 0.5f];
        var values = special
            .Concat(draws.Select(u => (float)(low + (u * (high - low)))))
            .Where(v => v >= low && v <= high)
            .ToArray();
        var (lower, upper) = Faces.Around(tensor(values), epsilon, box);
        var (down, up) = (lower.data<float>().ToArray(), upper.data<float>().ToArray());
        for (var i = 0; i < values.Length; i++)
        {
            var (from, to) = (Math.Max(values[i] - epsilon, low), Math.Min(values[i] + epsilon, high));
            Assert.True(
                down[i] >= from && MathF.BitDecrement(down[i]) < from,
                $"lower face of {values[i]:R}: {down[i]:R}"
            );
            Assert.True(up[i] <= to && MathF.BitIncrement(up[i]) > to, $"upper face of {values[i]:R}: {up[i]:R}");
        }
        lower.Dispose();
        upper.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(100_003)]
    public void A_sign_step_is_that_of_tensor_operations(int count)
    {
        using var scope = NewDisposeScope();
        manual_seed(count);
        var (x, centre) = (rand(count), rand(count));
        var gradient = randn(count);
        gradient[0] = 0;
        if (count > 2)
        {
            gradient[1] = float.NaN;
            gradient[2] = float.PositiveInfinity;
        }
        var (lower, upper) = (centre - 0.2f, centre + 0.2f);
        var expected = (x + (gradient.nan_to_num(0, 1, -1).sign() * 0.05f)).clamp(lower, upper);
        Assert.True(SignStep.Fits(x, gradient, lower, upper));
        SignStep.Take(x, gradient, lower, upper, 0.05f);
        Assert.True(x.eq(expected).all().item<bool>());
    }
}
