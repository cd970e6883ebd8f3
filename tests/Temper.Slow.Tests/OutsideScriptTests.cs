using Temper.Models.Scripts;

namespace Temper.Slow.Tests;

/// <summary>Scripts that others wrote with PyTorch itself are taken.</summary>
public sealed class OutsideScriptTests
{
    [Theory]
    [InlineData("abcrown_cifar_conv_small_sigmoid")]
    [InlineData("abcrown_cifar_resnet2b")]
    [InlineData("advertorch_lenet5_adv")]
    [InlineData("advertorch_lenet5_clean")]
    [InlineData("colt_mnist_convmed_eps01")]
    [InlineData("eran_mnist_6x100_nat")]
    [InlineData("fast_mnist_fgsm")]
    [InlineData("kw18_cifar_small_l2_36")]
    [InlineData("lpd_mnist_mlp_01")]
    [InlineData("lpd_mnist_mlp_03")]
    [InlineData("sdp_cifar_cnn_a_mix4")]
    [InlineData("vnncomp_mnist_fc_256x2")]
    [InlineData("wk17_fashion_conv")]
    [InlineData("wk17_mnist_conv")]
    public void Every_operator_is_on_the_allow_list(string model)
    {
        var scan = TorchScriptScan.Read(OutsideModels.File(model, "model.pt"));
        Assert.Contains("torch.linear", scan.Operators);
        Assert.InRange(scan.Operators.Count, 3, 12);
    }
}
