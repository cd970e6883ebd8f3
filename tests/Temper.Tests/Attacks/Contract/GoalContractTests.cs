using Temper.Attacks;
using Temper.Data;
using Temper.Errors;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Attacks.Contract;

/// <summary>Every attack of the catalogue aims at the class that is asked for, or refuses; none runs as if nothing was asked.</summary>
public sealed class GoalContractTests
{
    private static readonly Goal[] Goals = [Goal.Of(1), Goal.LeastLikely, Goal.Random, Goal.All];

    public static TheoryData<string> Attacks() => [.. ContractAttacks.Ids];

    [Theory]
    [MemberData(nameof(Attacks))]
    public void It_aims_or_refuses(string id)
    {
        using var model = ContractModels.Create("built-in");
        using var batch = Toy.RightBatch(model, 5, 4, 0, 1) with { Labels = tensor(new long[] { 0, 1, 2, 0, 1 }) };
        foreach (var (attack, threat) in ContractAttacks.With(id, model))
        {
            // What is aimed at does not depend on the norm.
            foreach (var goal in threat.Norm == "linf" ? Goals : [Goals[0]])
            {
                var targeted = threat with { Goal = goal };
                if (attack.Takes(targeted))
                {
                    Aims(attack, model, batch, targeted);
                }
                else
                {
                    Refuses(attack, model, batch, targeted);
                }
            }
        }
    }

    [Fact]
    public void Some_attack_aims_wherever_one_can_search()
    {
        foreach (var threat in ContractAttacks.Threats)
        {
            foreach (var access in (Access[])[Access.Gradients, Access.Scores, Access.Labels])
            {
                Assert.Contains(
                    "transfer",
                    Alternatives.For(access, threat with { Goal = Goal.Of(1) }),
                    StringComparison.Ordinal
                );
            }
        }
    }

    [Fact]
    public void The_least_likely_class_of_a_model_that_shows_labels_only_is_refused()
    {
        using var model = ContractModels.Create("labels");
        using var batch = Toy.RightBatch(model, 2, 4);
        var threat = ThreatModel.Parse("linf:0.1 target=least-likely");
        var error = Assert.Throws<ThreatException>(() =>
            ContractAttacks.Create("transfer", model).Run(model, batch, threat, new Rng(0))
        );
        Assert.Contains("target=random", error.Message, StringComparison.Ordinal);
    }

    private static void Aims(Attack attack, IClassifier model, Batch batch, ThreatModel threat)
    {
        using var result = attack.Run(model, batch, threat, new Rng(5));
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var mode = model.Enter(Mode.Evaluate);
        using var aim = Aim.Of(threat.Goal, batch, model.Classes, 5, (0, 1), () => model.Logits(batch.Inputs));
        var (labels, targets) = (Tensors.ToArray<long>(batch.Labels), aim.TargetClassesOrNull()!);
        var scores = model.Logits(result.Inputs);
        var legal = threat.Contains(result.Inputs, batch.Inputs, slack: 0);
        for (var i = 0; i < labels.Length; i++)
        {
            using var row = scores[i];
            var reached =
                threat.Goal.Kind == GoalKind.All
                    ? Margin.IsWrong(Tensors.ToArray<float>(row), (int)labels[i])
                    : !threat.Goal.Spares(labels[i]) && result.Predictions[i] == targets[i];
            Assert.Equal(reached && legal[i], result.Broken[i]);
        }
    }

    private static void Refuses(Attack attack, IClassifier model, Batch batch, ThreatModel threat)
    {
        var error = Assert.Throws<ThreatException>(() => attack.Run(model, batch, threat, new Rng(5)));
        Assert.StartsWith(
            $"{attack.Id}: it cannot aim at a class, as {threat.Text} asks; ",
            error.Message,
            StringComparison.Ordinal
        );
        const string Others = "attacks that can work with it: ";
        var others = error.Message[(error.Message.IndexOf(Others, StringComparison.Ordinal) + Others.Length)..^1];
        Assert.All(others.Split(", "), id => Assert.True(ContractAttacks.Create(id, model).Takes(threat)));
        // In training, too, where nothing else is checked.
        Assert.Throws<ThreatException>(() => attack.Perturb(model, batch, threat, new Rng(5), 0).Dispose());
    }
}
