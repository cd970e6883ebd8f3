using Temper.Attacks;
using Temper.Evaluation;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Evaluation;

/// <summary>The confidences of the ledger are the softmax probabilities at the points that the evaluation found.</summary>
public sealed class LedgerConfidenceTests
{
    [Fact]
    public void They_are_those_at_the_clean_input_and_at_the_deciding_point()
    {
        var set = Toy.Stripes(60, 5);
        using var model = Toy.ConvNet(7);
        var plan = new EvaluationPlan
        {
            Model = model,
            Set = set,
            Indices = [.. Enumerable.Range(0, set.Count)],
            Threat = ThreatModel.Parse("linf:0.15"),
            Attacks = [("fgsm", new Fgsm(new())), ("pgd", new Pgd(new()))],
            Block = 16,
            Rng = new Rng(3),
        };
        var outcome = new Evaluator(plan).Run(null, "", false, null, CancellationToken.None);
        var clean = new float[set.ValuesPerExample];
        foreach (var row in outcome.Ledger)
        {
            set.Copy((int)row.Index, clean);
            Assert.Equal(Softmax(model, clean).Max(), row.CleanConfidence!.Value, 5);
            Assert.Equal(row.BrokenBy == LedgerRow.Clean, row.AdversarialConfidence is null);
        }
        Assert.Contains(outcome.Gallery.Items, i => i.Kind == GalleryKind.Broken);
        foreach (var item in outcome.Gallery.Items)
        {
            var row = outcome.Ledger.Single(r => r.Index == item.Index);
            Assert.Equal(Softmax(model, item.Adversarial).Max(), row.AdversarialConfidence!.Value, 5);
        }
    }

    private static double[] Softmax(ModuleClassifier model, float[] values)
    {
        using var scope = NewDisposeScope();
        using var mode = model.Enter(Mode.Evaluate);
        using var noGrad = no_grad();
        var x = tensor(values).reshape(1, 1, 6, 6);
        return Tensors.ToArray<double>(nn.functional.softmax(model.Logits(x).to(float64), 1));
    }
}
