using Temper.Models.Graphs.Ops;
using Temper.Models.Passes;
using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Tests.Models.Passes;

/// <summary>Every way to the input gradient of a convolution, against autograd in float64.</summary>
public sealed class ConvGradientTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Agrees_with_autograd(int seed)
    {
        var shape = Drawn(seed);
        foreach (var algorithm in Enum.GetValues<ConvAlgorithm>().Where(shape.Fits))
        {
            foreach (var channelsLast in (bool[])[false, true])
            {
                Compare(shape, algorithm, channelsLast, seed);
            }
        }
    }

    [Theory]
    [InlineData(28, 1, 16, 4, 2, 1)]
    [InlineData(14, 16, 32, 4, 2, 1)]
    [InlineData(32, 3, 16, 3, 1, 1)]
    [InlineData(16, 16, 32, 1, 2, 0)]
    [InlineData(9, 2, 3, 2, 5, 0)]
    public void Agrees_on_the_shapes_of_known_networks(int side, int from, int to, int kernel, int stride, int pad)
    {
        var shape = new ConvShape(from, side, side, to, Window.Square(kernel, stride, pad));
        foreach (var algorithm in Enum.GetValues<ConvAlgorithm>().Where(shape.Fits))
        {
            Compare(shape, algorithm, channelsLast: true, seed: 7);
        }
    }

    [Fact]
    public void Each_algorithm_says_what_it_cannot_do()
    {
        var strided = new ConvShape(2, 9, 9, 3, Window.Square(3, 2, 1));
        Assert.False(strided.Fits(ConvAlgorithm.Mirrored));
        Assert.True(strided.Fits(ConvAlgorithm.SubPixel));
        var plain = new ConvShape(2, 9, 9, 3, Window.Square(3, 1, 1));
        Assert.True(plain.Fits(ConvAlgorithm.Mirrored));
        Assert.False(plain.Fits(ConvAlgorithm.SubPixel));
        // More padding than the mirrored kernel can take back.
        Assert.False(new ConvShape(2, 9, 9, 3, Window.Square(3, 1, 3)).Fits(ConvAlgorithm.Mirrored));
        Assert.False(new ConvShape(2, 9, 9, 3, new Window(3, 3, 2, 3, 1, 1, 1, 1)).Fits(ConvAlgorithm.SubPixel));
    }

    private static ConvShape Drawn(int seed)
    {
        var draws = new float[12];
        new Rng((ulong)seed).FillUniform(draws, [0], 0, 0);
        var at = 0;
        int Next(int from, int to) => from + (int)(draws[at++] * (to - from));
        var (kernelHeight, kernelWidth) = (Next(1, 6), Next(1, 6));
        // Equal strides half the time, so that all algorithms have their turn.
        var strideHeight = Next(1, 4);
        var strideWidth = Next(0, 2) == 0 ? strideHeight : Next(1, 4);
        var (top, left) = (Next(0, kernelHeight + 1), Next(0, kernelWidth + 1));
        var window = new Window(kernelHeight, kernelWidth, strideHeight, strideWidth, top, left, top, left);
        var (height, width) = (Next(kernelHeight, 14), Next(kernelWidth, 21));
        return new(Next(1, 5), height, width, Next(1, 10), window);
    }

    private static void Compare(ConvShape shape, ConvAlgorithm algorithm, bool channelsLast, int seed)
    {
        using var scope = NewDisposeScope();
        manual_seed(seed);
        var w = shape.Window;
        var weight = randn(shape.Out, shape.In, w.KernelHeight, w.KernelWidth);
        var gradient = randn(3, shape.Out, shape.OutHeight, shape.OutWidth);
        var leaf = zeros([3, shape.In, shape.Height, shape.Width], ScalarType.Float64).requires_grad_();
        var result = nn.functional.conv2d(
            leaf,
            weight.to(ScalarType.Float64),
            null,
            [w.StrideHeight, w.StrideWidth],
            [w.Top, w.Left]
        );
        var expected = autograd.grad([result], [leaf], [gradient.to(ScalarType.Float64)])[0];
        using var backward = ConvBackward.Create(algorithm, shape, weight, channelsLast);
        using var found = backward.Of(channelsLast ? Layout.ChannelsLast(gradient) : gradient);
        Assert.Equal(expected.shape, found.shape);
        var error = (found - expected).abs().max().item<double>();
        Assert.True(
            error <= 1e-6 * Math.Max(1, expected.abs().max().item<double>()),
            $"{shape.Text} {algorithm}: {error}"
        );
    }
}
