using System.Reflection;
using Temper.Attacks;
using Temper.Errors;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Attacks.Contract;
using Temper.Tests.Kit;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Attacks;

/// <summary>What holds for every attack in the catalogue; adding an attack adds its tests.</summary>
public sealed class AttackContractTests
{
    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var id in ContractAttacks.Ids)
        {
            foreach (var (_, threat) in ContractAttacks.With(id))
            {
                cases.Add(id, threat.Text);
            }
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Points_are_legal_and_every_success_holds_on_a_fresh_look(string name, string text)
    {
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, 30, 4, 0, 1);
        var threat = ThreatModel.Parse(text);
        var attack = ContractAttacks.Create(name, model);
        using var result = attack.Run(model, batch, threat, new Rng(0));
        using var scope = NewDisposeScope();
        Assert.Equal(batch.Inputs.shape, result.Inputs.shape);
        var legal = threat.Contains(result.Inputs, batch.Inputs, slack: 0);
        Assert.All(legal, isLegal => Assert.True(isLegal || SeeksMinimum(attack)));
        Assert.InRange(result.Inputs.min().item<float>(), 0f, 1f);
        Assert.InRange(result.Inputs.max().item<float>(), 0f, 1f);
        using var mode = model.Enter(Mode.Evaluate);
        var wrong = Tensors.ToArray<bool>(Margin.Wrong(model.Logits(result.Inputs), batch.Labels));
        Assert.Equal(wrong.Zip(legal, (w, l) => w && l), result.Broken);
        Assert.Equal(Tensors.ToArray<double>(threat.Distance(result.Inputs, batch.Inputs)), result.Distances);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_zero_budget_returns_the_clean_inputs(string name, string text)
    {
        using var model = Toy.ConvNet(3);
        using var mode = model.Enter(Mode.Evaluate);
        using var batch = Toy.RightBatch(model, 6, 4, 0, 1);
        var threat = ThreatModel.Parse(text[..text.IndexOf(':', StringComparison.Ordinal)] + ":0");
        var attack = ContractAttacks.Create(name, model);
        using var result = attack.Run(model, batch, threat, new Rng(0));
        // A search for the nearest wrong point has no use for the budget; it only breaks nothing.
        Assert.True(SeeksMinimum(attack) || Tensors.Identical(batch.Inputs, result.Inputs));
        Assert.DoesNotContain(true, result.Broken);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_same_seed_repeats_bit_for_bit(string name, string text)
    {
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, 6, 4, 0, 1);
        var threat = ThreatModel.Parse(text);
        using var first = ContractAttacks.Create(name, model).Run(model, batch, threat, new Rng(7));
        using var again = ContractAttacks.Create(name, model).Run(model, batch, threat, new Rng(7));
        Assert.True(Tensors.Identical(first.Inputs, again.Inputs));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Empty_and_single_batches_work(string name, string text)
    {
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, 6, 4, 0, 1);
        using var one = batch.Select([2]);
        using var none = batch.Select([]);
        using var single = ContractAttacks.Create(name, model).Run(model, one, ThreatModel.Parse(text), new Rng(0));
        using var empty = ContractAttacks.Create(name, model).Run(model, none, ThreatModel.Parse(text), new Rng(0));
        Assert.Single(single.Broken);
        Assert.Empty(empty.Broken);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Leaves_no_tensors_behind(string name, string text)
    {
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, 6, 4, 0, 1);
        var threat = ThreatModel.Parse(text);
        ContractAttacks.Create(name, model).Run(model, batch, threat, new Rng(0)).Dispose();
        using (new LeakGuard())
        {
            ContractAttacks.Create(name, model).Run(model, batch, threat, new Rng(0)).Dispose();
            ContractAttacks.Create(name, model).Perturb(model, batch, threat, new Rng(0), 3).Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_model_whose_scores_are_not_numbers_counts_as_broken(string name, string text)
    {
        using var model = Toy.Linear(new float[2, 4], [float.NaN, 0], new InputShape(1, 2, 2));
        using var batch = new Temper.Data.Batch(
            full([3, 1, 2, 2], 0.5f),
            zeros([3], dtype: ScalarType.Int64),
            [0, 1, 2]
        );
        using var result = ContractAttacks.Create(name, model).Run(model, batch, ThreatModel.Parse(text), new Rng(0));
        Assert.All(result.Broken, Assert.True);
        Assert.All(result.Predictions, p => Assert.Equal(-1, p));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_tie_for_first_place_counts_as_broken(string name, string text)
    {
        using var model = Toy.Linear(new float[3, 4], [1, 1, 0], new InputShape(1, 2, 2));
        using var batch = new Temper.Data.Batch(full([2, 1, 2, 2], 0.5f), zeros([2], dtype: ScalarType.Int64), [0, 1]);
        using var result = ContractAttacks.Create(name, model).Run(model, batch, ThreatModel.Parse(text), new Rng(0));
        Assert.All(result.Broken, Assert.True);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Refuses_what_does_not_fit(string name, string text)
    {
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, 6, 4, 0, 1);
        var threat = ThreatModel.Parse(text);
        var attack = ContractAttacks.Create(name, model);
        using var wide = batch with { Inputs = zeros(6, 1, 7, 6) };
        Assert.Throws<ModelException>(() => attack.Run(model, wide, threat, new Rng(0)));
        using var normalised = batch with { Inputs = full([6, 1, 6, 6], -1f) };
        Assert.Throws<ThreatException>(() => attack.Run(model, normalised, threat, new Rng(0)));
        using var labels = batch with { Labels = full([6], 3, dtype: ScalarType.Int64) };
        Assert.Throws<ModelException>(() => attack.Run(model, labels, threat, new Rng(0)));
    }

    [Fact]
    public void Windows_are_refused_where_the_norm_has_none_by_naming_an_attack_that_can()
    {
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, 6, 4, 0, 1);
        var error = Assert.Throws<ThreatException>(() =>
            new Square(new()).Run(model, batch, ThreatModel.Parse("l0:3"), new Rng(0))
        );
        Assert.Contains("pgd", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_a_gradient_is_refused_and_the_process_lives()
    {
        using var net = new Detached();
        using var model = new ModuleClassifier(net, new InputShape(1, 2, 2), 2);
        using var batch = new Temper.Data.Batch(full([2, 1, 2, 2], 0.5f), zeros([2], dtype: ScalarType.Int64), [0, 1]);
        var error = Assert.Throws<ModelException>(() =>
            new Pgd(new()).Run(model, batch, ThreatModel.Parse("linf:0.1"), new Rng(0))
        );
        Assert.Contains("no gradient", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cost_is_counted_per_example()
    {
        using var model = Toy.Linear(
            new float[,]
            {
                { 9, 9, 9, 9 },
                { -9, -9, -9, -9 },
            },
            [0, 0],
            new InputShape(1, 2, 2)
        );
        using var batch = Toy.RightBatch(model, 5, 1);
        var threat = ThreatModel.Parse("linf:0.001");
        using var pgd = new Pgd(new() { Steps = 7, Restarts = 3 }).Run(model, batch, threat, new Rng(0));
        Assert.All(pgd.Gradients, g => Assert.Equal(3 * 7, g));
        Assert.All(pgd.Forwards, f => Assert.Equal(3 * (7 + 2), f));
        using var fgsm = new Fgsm(new()).Run(model, batch, threat, new Rng(0));
        Assert.All(fgsm.Gradients, g => Assert.Equal(1, g));
        Assert.All(fgsm.Forwards, f => Assert.Equal(2, f));
    }

    [Fact]
    public void Cancellation_is_observed_between_steps()
    {
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, 6, 4);
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() =>
            new Pgd(new()).Run(model, batch, ThreatModel.Parse("linf:0.1"), new Rng(0), source.Token)
        );
    }

    private static bool SeeksMinimum(Attack attack) =>
        (bool)
            typeof(Attack)
                .GetProperty("SeeksMinimum", BindingFlags.Instance | BindingFlags.NonPublic)!
                .GetValue(attack)!;

    private sealed class Detached : nn.Module<Tensor, Tensor>
    {
        public Detached()
            : base("detached") { }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            var sum = input.flatten(1).sum(1, keepdim: true);
            return cat([sum, -sum], 1).MoveToOuterDisposeScope();
        }
    }
}
