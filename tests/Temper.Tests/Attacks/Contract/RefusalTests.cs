using Temper.Attacks;
using Temper.Errors;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Attacks.Contract;

/// <summary>What an attack cannot do it refuses with a sentence that names one which can.</summary>
public sealed class RefusalTests
{
    public static TheoryData<string> Attacks() => [.. ContractAttacks.Ids];

    [Theory]
    [MemberData(nameof(Attacks))]
    public void A_model_that_shows_too_little(string id)
    {
        foreach (
            var (kind, names) in (Dictionary<string, string>)
                new() { ["onnx-scores"] = "square", ["labels"] = "hop-skip-jump" }
        )
        {
            using var model = ContractModels.Create(kind);
            using var batch = Toy.RightBatch(model, 3, 4);
            foreach (var (attack, threat) in ContractAttacks.With(id, model).Where(p => p.Attack.Needs < model.Access))
            {
                var error = Assert.Throws<ModelException>(() => attack.Run(model, batch, threat, new Rng(0)));
                Assert.StartsWith($"{id}: it needs ", error.Message, StringComparison.Ordinal);
                if (threat.Norm is "linf" or "l2")
                {
                    Assert.Contains(names, error.Message, StringComparison.Ordinal);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public void A_threat_it_cannot_search_under(string id)
    {
        using var model = ContractModels.Create("built-in");
        using var batch = Toy.RightBatch(model, 3, 4);
        var attack = ContractAttacks.Create(id, model);
        foreach (var threat in ContractAttacks.Threats.Where(t => !attack.Supports(t)))
        {
            var error = Assert.Throws<ThreatException>(() => attack.Run(model, batch, threat, new Rng(0)));
            Assert.StartsWith($"{id}: it cannot search under {threat.Text}; ", error.Message, StringComparison.Ordinal);
            Assert.Contains("attacks that can work with it: ", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain($" {id},", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public void A_model_with_one_score(string id)
    {
        using var model = Toy.Linear(new float[1, 4], [0], new InputShape(1, 2, 2));
        using var batch = new Temper.Data.Batch(full([2, 1, 2, 2], 0.5f), zeros([2], dtype: ScalarType.Int64), [0, 1]);
        foreach (var (attack, threat) in ContractAttacks.With(id, model))
        {
            var error = Assert.Throws<ModelException>(() => attack.Run(model, batch, threat, new Rng(0)));
            Assert.Contains("2 classes, the model has 1", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Each_access_and_norm_names_the_attacks_that_fit()
    {
        Assert.Contains(
            "rays",
            Alternatives.For(Access.Labels, ThreatModel.Parse("linf:0.1")),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            "rays",
            Alternatives.For(Access.Labels, ThreatModel.Parse("l2:1")),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            "pgd",
            Alternatives.For(Access.Scores, ThreatModel.Parse("l2:1")),
            StringComparison.Ordinal
        );
    }
}
