using Temper.Errors;
using Temper.Models;
using Temper.Models.Architectures;

namespace Temper.Tests.Models;

/// <summary>The layer list: what it says is what is computed, and what does not fit is told by place and text.</summary>
public sealed class LayerListTests
{
    private static readonly InputShape Image = new(1, 8, 8);

    [Theory]
    [InlineData("flatten; fc 64 10", 650)]
    [InlineData("conv 1 4 3 pad 1; relu; maxpool 2; flatten; fc 64 10", 690)]
    [InlineData("conv 1 4 3 stride 2 pad 1 bias false; batchnorm; leaky-relu 0.1; gap; fc 4 10", 94)]
    [InlineData("conv 1 4 3; sigmoid; avgpool 2; tanh; flatten; dropout 0.5; fc 36 10; softmax", 410)]
    public void Layers_are_written_as_in_a_Sequential(string layers, long parameters)
    {
        using var module = Net(layers).Build(Image, 10);
        Assert.Equal(parameters, module.parameters().Sum(p => p.numel()));
        using var x = TorchSharp.torch.rand(3, 1, 8, 8);
        module.eval();
        using var scores = module.call(x);
        Assert.Equal([3, 10], scores.shape);
    }

    [Theory]
    [InlineData("flatten; fc 65 10", "layer 1", "65")]
    [InlineData("conv 2 4 3; flatten; fc 4 10", "layer 0", "2")]
    [InlineData("conv 1 4 9; flatten; fc 4 10", "layer 0", "9")]
    [InlineData("flatten; fc 64 9", "last layer", "10")]
    [InlineData("flatten; sofmax", "layer 1", "softmax")]
    [InlineData("flatten; fc 64", "layer 1", "outputs")]
    [InlineData("flatten; fc 64 10 pad 1", "layer 1", "pad")]
    [InlineData("flatten; fc 64 ten", "layer 1", "ten")]
    [InlineData("", "last layer", "10")]
    public void What_does_not_fit_is_told_by_place(string layers, string place, string part)
    {
        var e = Assert.Throws<ModelException>(() => Net(layers).Describe(Image, 10));
        Assert.Contains(place, e.Message, StringComparison.Ordinal);
        Assert.Contains(part, e.Message, StringComparison.Ordinal);
    }

    private static LayerList Net(string layers) =>
        new(new() { Layers = [.. layers.Split("; ", StringSplitOptions.RemoveEmptyEntries)] });
}
