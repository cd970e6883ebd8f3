using Temper.Runs;
using static TorchSharp.torch;

namespace Temper.Controls;

/// <summary>Noise and a random shift on the input, drawn anew at each pass.</summary>
[Component(
    "control-random",
    "mnist-net on inputs moved and disturbed at random in every pass",
    "Xie et al. 2018, Mitigating adversarial effects through randomization"
)]
public sealed class RandomControl : Control
{
    private const int MostPixels = 1;
    private const double Deviation = 0.1;

    /// <inheritdoc/>
    protected override Tensor Before(Tensor x)
    {
        var (down, right) = (Shift(), Shift());
        return (x + (randn_like(x) * Deviation)).roll([down, right], [2, 3]);
    }

    private static long Shift() => randint(-MostPixels, MostPixels + 1, [1]).item<long>();
}
