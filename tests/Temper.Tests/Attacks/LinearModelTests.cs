using Temper.Attacks;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Attacks;

/// <summary>On a linear two-class model the best reachable margin is known: w·x + b moves by ε times the dual norm.</summary>
public sealed class LinearModelTests
{
    private static readonly InputShape Shape = new(1, 2, 3);

    private static readonly float[] Weights = [0.7f, -0.3f, 0.1f, -0.9f, 0.5f, 0.2f];

    public static TheoryData<string, string, string> Cases()
    {
        var cases = new TheoryData<string, string, string>();
        foreach (var threat in (string[])["linf:0.1", "l2:0.15", "l1:0.2"])
        {
            foreach (var loss in (string[])["ce", "margin"])
            {
                cases.Add("fgsm", threat, loss);
                cases.Add("pgd", threat, loss);
                cases.Add("mi-fgsm", threat, loss);
            }
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_attack_reaches_the_closed_form(string id, string text, string lossId)
    {
        using var model = Toy.Linear(TwoClass(), [0.05f, -0.02f], Shape);
        using var batch = Toy.RightBatch(model, 40, 1, 0.3, 0.7);
        var threat = ThreatModel.Parse(text);
        var loss = lossId == "ce" ? LossKind.Ce : LossKind.Margin;
        var attack = Create(id, loss, steps: 100, step: "rel:0.2");
        using (new LeakGuard())
        {
            attack.Run(model, batch, threat, new Rng(0)).Dispose();
        }
        using var result = attack.Run(model, batch, threat, new Rng(0));
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var dual = threat.Norm switch
        {
            "linf" => 2 * Weights.Sum(w => Math.Abs(w)),
            "l2" => 2 * Math.Sqrt(Weights.Sum(w => (double)w * w)),
            _ => 2 * Weights.Max(w => Math.Abs(w)),
        };
        var before = Tensors.ToArray<float>(Margin.Instance.PerExample(model.Logits(batch.Inputs), batch.Labels));
        var after = Tensors.ToArray<float>(Margin.Instance.PerExample(model.Logits(result.Inputs), batch.Labels));
        for (var i = 0; i < batch.Count; i++)
        {
            var reachable = before[i] + (threat.Epsilon.Value * dual);
            // An attack stops at the first wrong point, so the closed form decides who is broken, and binds the others.
            Assert.Equal(reachable >= 0, result.Broken[i]);
            if (!result.Broken[i])
            {
                Assert.Equal(reachable, after[i], 1e-5);
            }
            Assert.True(result.Distances[i] <= threat.Epsilon.Value);
        }
        Assert.Contains(true, result.Broken);
        Assert.Contains(false, result.Broken);
    }

    /// <summary>With faces in reach, values go to them in the order of their weights (L1) or of weight times way (L0).</summary>
    [Theory]
    [InlineData("fgsm", "l1:1.3")]
    [InlineData("pgd", "l1:1.3")]
    [InlineData("mi-fgsm", "l1:1.3")]
    [InlineData("fgsm", "l0:2")]
    [InlineData("pgd", "l0:2")]
    [InlineData("mi-fgsm", "l0:2")]
    public void The_attack_reaches_the_closed_form_with_active_faces(string id, string text)
    {
        using var model = Toy.Linear(TwoClass(), [0.4f, -0.4f], Shape);
        using var batch = Toy.RightBatch(model, 60, 1, 0, 1);
        var threat = ThreatModel.Parse(text);
        var attack = Create(id, LossKind.Margin, steps: 200, step: "rel:0.5");
        using var result = attack.Run(model, batch, threat, new Rng(0));
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var before = Tensors.ToArray<float>(Margin.Instance.PerExample(model.Logits(batch.Inputs), batch.Labels));
        var after = Tensors.ToArray<float>(Margin.Instance.PerExample(model.Logits(result.Inputs), batch.Labels));
        var labels = Tensors.ToArray<long>(batch.Labels);
        for (var i = 0; i < batch.Count; i++)
        {
            var clean = Tensors.ToArray<float>(batch.Inputs[i]);
            var slopes = Weights.Select(w => labels[i] == 0 ? -2.0 * w : 2.0 * w).ToArray();
            var rooms = slopes.Select((s, j) => s > 0 ? 1 - clean[j] : (double)clean[j]).ToArray();
            var reachable = before[i] + Best(slopes, rooms, threat);
            Assert.Equal(reachable >= 0, result.Broken[i]);
            if (!result.Broken[i])
            {
                Assert.Equal(reachable, after[i], 1e-5);
            }
        }
        Assert.Contains(true, result.Broken);
        Assert.Contains(false, result.Broken);
    }

    /// <summary>Momentum as it comes by default: ten steps of a tenth of the budget.</summary>
    private static Attack Create(string id, LossKind loss, int steps, string step) =>
        id switch
        {
            "fgsm" => new Fgsm(new() { Loss = loss }),
            "mi-fgsm" => new MiFgsm(new() { Loss = loss }),
            _ => new Pgd(
                new()
                {
                    Steps = steps,
                    Step = StepSize.Parse(step),
                    Loss = loss,
                }
            ),
        };

    private static double Best(double[] slopes, double[] rooms, ThreatModel threat)
    {
        if (threat.Norm == "l0")
        {
            return slopes.Zip(rooms, (s, r) => Math.Abs(s) * r).OrderDescending().Take((int)threat.Epsilon.Value).Sum();
        }
        var (left, gain) = (threat.Epsilon.Value, 0.0);
        foreach (var (slope, room) in slopes.Zip(rooms).OrderByDescending(p => Math.Abs(p.First)))
        {
            gain += Math.Abs(slope) * Math.Min(left, room);
            left -= Math.Min(left, room);
        }
        return gain;
    }

    private static float[,] TwoClass()
    {
        var weights = new float[2, Weights.Length];
        for (var i = 0; i < Weights.Length; i++)
        {
            (weights[0, i], weights[1, i]) = (Weights[i], -Weights[i]);
        }
        return weights;
    }
}
