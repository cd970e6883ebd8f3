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

/// <summary>What holds for every attack of the catalogue on every kind of model, under every threat it can search under.</summary>
public sealed class ModelContractTests
{
    public static TheoryData<string, string> Cases() => ContractAttacks.Crossed(ContractModels.Names);

    public static TheoryData<string> Attacks() => [.. ContractAttacks.Ids];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Points_are_legal_and_verdicts_hold(string id, string kind)
    {
        using var model = ContractModels.Create(kind);
        using var batch = Examples(model, 5);
        foreach (var (attack, threat) in ContractAttacks.With(id, model))
        {
            if (Refused(attack, model, batch, threat))
            {
                continue;
            }
            foreach (var count in (int[])[5, 1, 0])
            {
                using var some = batch.Select([.. Enumerable.Range(0, count)]);
                using var result = attack.Run(model, some, threat, new Rng(3));
                CheckResult(result, model, some, threat, kind == "stochastic");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public void No_example_costs_more_than_the_attack_says(string id)
    {
        using var model = ContractModels.Create("built-in");
        using var batch = Examples(model, 6);
        foreach (var (attack, threat) in ContractAttacks.With(id, model))
        {
            if (attack.Ceiling(model.Classes) is not { } most)
            {
                continue;
            }
            using var result = attack.RunRestart(model, batch, threat, new Rng(3), 0, CancellationToken.None);
            Assert.All(result.Forwards, f => Assert.InRange(f, 0, most.Forwards + (attack.MayCross ? 1 : 0)));
            Assert.All(result.Gradients, g => Assert.InRange(g, 0, most.Gradients));
        }
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public void What_is_counted_is_what_the_model_saw(string id)
    {
        using var model = new Counted(ContractModels.Create("module"));
        foreach (var (attack, threat) in ContractAttacks.With(id, model))
        {
            // Two examples may ask about one corner of the box, which looks like the repeats that fill up a piece.
            using var batch = Examples(model, attack.Needs == Access.Gradients ? 5 : 1);
            // The first run also tries the gradient once.
            attack.Run(model, batch, threat, new Rng(3)).Dispose();
            model.Reset();
            using var result = attack.Run(model, batch, threat, new Rng(3));
            Assert.Equal(model.Forwards, result.Forwards.Sum());
            Assert.Equal(model.Gradients, result.Gradients.Sum());
            Assert.Equal(attack.Needs == Access.Gradients, model.Gradients > 0);
        }
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public void Queries_are_never_exceeded_where_nothing_can_be_found(string id)
    {
        var options = ContractAttacks.OptionsOf(id);
        var node = Temper.Runs.OptionsBinder.ToNode(options);
        using var model = Toy.Linear(new float[2, 4], [1, 0], new InputShape(1, 2, 2));
        using var batch = Examples(model, 3);
        foreach (var (attack, threat) in ContractAttacks.With(id, model))
        {
            if (Refused(attack, model, batch, threat))
            {
                continue;
            }
            using var result = attack.Run(model, batch, threat, new Rng(3));
            Assert.DoesNotContain(true, result.Broken);
            if (node["queries"] is { } queries)
            {
                Assert.All(result.Forwards, f => Assert.InRange(f, 1, ((int)queries + 1) * attack.Restarts));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public void A_stop_is_seen_within_a_few_passes(string id)
    {
        using var model = new Counted(ContractModels.Create("module"));
        using var batch = Examples(model, 5);
        foreach (var (attack, threat) in ContractAttacks.With(id, model))
        {
            using var source = new CancellationTokenSource();
            model.Reset();
            model.AtCall = call =>
            {
                if (call == 3)
                {
                    source.Cancel();
                }
            };
            try
            {
                attack.Run(model, batch, threat, new Rng(3), source.Token).Dispose();
            }
            catch (OperationCanceledException)
            {
                // As it should be, unless the attack is as short as that.
            }
            Assert.InRange(model.Calls, 1, 6);
            source.Cancel();
            Assert.Throws<OperationCanceledException>(() => attack.Run(model, batch, threat, new Rng(3), source.Token));
        }
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public void Nothing_of_the_model_or_the_inputs_changes(string id)
    {
        foreach (var kind in (string[])["built-in", "module"])
        {
            using var model = (ModuleClassifier)ContractModels.Create(kind);
            using var batch = Examples(model, 5);
            model.Module.train();
            ((nn.Module?)model.Module.children().LastOrDefault())?.eval();
            foreach (var parameter in model.Module.parameters())
            {
                parameter.grad = full_like(parameter, 0.25f).DetachFromDisposeScope();
            }
            var before = State(model, batch);
            foreach (var (attack, threat) in ContractAttacks.With(id, model))
            {
                attack.Run(model, batch, threat, new Rng(3)).Dispose();
                Assert.Equal(before, State(model, batch));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public void The_number_of_live_tensors_is_flat(string id)
    {
        foreach (var kind in (string[])["built-in", "module", "torchscript"])
        {
            using var model = ContractModels.Create(kind);
            using var batch = Examples(model, 4);
            var cases = ContractAttacks.With(id, model).Where(c => !Refused(c.Attack, model, batch, c.Threat)).ToList();
            // One guard for all: it collects garbage first, which takes longer than the attacks.
            using var guard = new LeakGuard();
            foreach (var (attack, threat) in cases)
            {
                attack.Run(model, batch, threat, new Rng(0)).Dispose();
                attack.Perturb(model, batch, threat, new Rng(0), 3).Dispose();
            }
        }
    }

    private static Batch Examples(IClassifier model, int count) => Toy.RightBatch(model, count, 4, 0.05, 0.95);

    /// <summary>Whether the attack cannot work here; then it says so, and names one that can or a reason.</summary>
    private static bool Refused(Attack attack, IClassifier model, Batch batch, ThreatModel threat)
    {
        try
        {
            attack.Run(model, batch, threat, new Rng(0)).Dispose();
            return false;
        }
        catch (ModelException e)
        {
            Assert.StartsWith(attack.Id, e.Message, StringComparison.Ordinal);
            // A model that shows enough is refused for its shape or its classes alone.
            Assert.True(
                model.Access <= attack.Needs || e.Message.Contains("can work with it", StringComparison.Ordinal),
                e.Message
            );
            return true;
        }
        catch (ThreatException e)
        {
            Assert.Contains("larger than the whole box", e.Message, StringComparison.Ordinal);
            return true;
        }
    }

    private static void CheckResult(
        AttackResult result,
        IClassifier model,
        Batch batch,
        ThreatModel threat,
        bool isStochastic
    )
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Assert.Equal(batch.Inputs.shape, result.Inputs.shape);
        Assert.Equal(batch.Count, result.Broken.Length);
        Assert.All(
            threat.Contains(result.Inputs, batch.Inputs, slack: 0).Zip(result.Broken),
            p => Assert.True(p.First || !p.Second)
        );
        // Every point lies in the box, broken or not.
        Assert.True(result.Inputs.ge(model.Range.Low).all().item<bool>());
        Assert.True(result.Inputs.le(model.Range.High).all().item<bool>());
        Assert.Equal(Tensors.ToArray<double>(threat.Distance(result.Inputs, batch.Inputs)), result.Distances);
        Assert.All(result.Forwards, f => Assert.InRange(f, 1, 100_000));
        if (!isStochastic && batch.Count > 0)
        {
            using var mode = model.Enter(Mode.Evaluate);
            var wrong = Tensors.ToArray<bool>(Margin.Wrong(model.Logits(result.Inputs), batch.Labels));
            Assert.All(
                wrong.Zip(result.Broken, result.Distances),
                p => Assert.True(p.First == p.Second || (p.First && p.Third > threat.Epsilon.Value))
            );
        }
    }

    private static string State(ModuleClassifier model, Batch batch)
    {
        Tensor[] tensors =
        [
            batch.Inputs,
            batch.Labels,
            .. model.Module.parameters(),
            .. model.Module.parameters().Select(p => p.grad!),
            .. model.Module.buffers(),
        ];
        var values = tensors.Select(t => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Bytes(t))));
        var modes = model.Module.named_modules().Select(m => m.module.training ? "t" : "e");
        var flags = tensors.Select(t => t.requires_grad ? "g" : "-");
        return string.Join(' ', [.. values, .. modes, .. flags]);
    }

    private static byte[] Bytes(Tensor tensor)
    {
        using var copy = tensor.detach().contiguous();
        return copy.bytes.ToArray();
    }
}
