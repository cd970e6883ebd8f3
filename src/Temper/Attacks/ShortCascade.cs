using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>A cheap cascade for any norm: about twice a hundred gradients per example, white box.</summary>
internal static class ShortCascade
{
    private const int Steps = 100;

    /// <summary>The attacks for a threat, strongest first; each is for what stands after those before.</summary>
    public static IReadOnlyList<Attack> For(ThreatModel threat)
    {
        // Under L1 larger balls come first, as in AutoAttack.
        var large = threat is L1Threat;
        Attack[] all =
        [
            new Apgd(new() { Steps = Steps, LargeRadii = large }),
            new Apgd(
                new()
                {
                    Steps = Steps,
                    Loss = LossKind.Margin,
                    LargeRadii = large,
                }
            ),
        ];
        return threat is L0Threat
            ? [new SigmaZero(new() { Steps = Steps }), new Pgd(new() { Steps = Steps, Loss = LossKind.Margin })]
            : all;
    }

    /// <summary>Predictions of inputs, and which are wrong: ties and scores that are not numbers are.</summary>
    public static (int[] Predictions, bool[] Wrong) Judge(IClassifier model, Tensor inputs, Tensor labels)
    {
        using var mode = model.Enter(Mode.Evaluate);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var logits = model.Logits(inputs);
        return (Margin.Predictions(logits), Tensors.ToArray<bool>(Margin.Wrong(logits, labels)));
    }
}
