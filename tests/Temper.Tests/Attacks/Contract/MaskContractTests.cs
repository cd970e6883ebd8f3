using Temper.Attacks;
using Temper.Data;
using Temper.Errors;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Attacks.Contract;

/// <summary>Where only some values may change, every attack of the catalogue leaves the others alone, and still searches among those that may.</summary>
public sealed class MaskContractTests
{
    public static TheoryData<string> Attacks() => [.. ContractAttacks.Ids];

    [Theory]
    [MemberData(nameof(Attacks))]
    public void Values_that_may_not_change_do_not(string id)
    {
        using var model = ContractModels.Create("built-in");
        using var batch = Examples(model, 4);
        var mask = Half(model.Input, 5);
        foreach (var (attack, threat) in Under(id, model, mask))
        {
            using var result = attack.Run(model, batch, threat, new Rng(3));
            // A search for the nearest wrong point may end beyond the budget; then it has broken nothing.
            var legal = threat.Contains(result.Inputs, batch.Inputs);
            Assert.All(legal.Zip(result.Broken), row => Assert.True(row.First || !row.Second));
            Assert.All(result.Distances, distance => Assert.True(double.IsFinite(distance)));
            using var moved = result.Inputs.ne(batch.Inputs);
            var where = Tensors.ToArray<bool>(moved);
            for (var i = 0; i < where.Length; i++)
            {
                Assert.False(where[i] && mask.Shares[i % mask.Shares.Length] == 0, $"{id} {threat.Text}: value {i}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public void Nothing_changes_where_nothing_may(string id)
    {
        using var model = Flat();
        using var batch = Examples(model, 2);
        foreach (var (attack, threat) in Under(id, model, All(model.Input, 0)))
        {
            using var result = attack.Run(model, batch, threat, new Rng(3));
            Assert.Equal(Tensors.ToArray<float>(batch.Inputs), Tensors.ToArray<float>(result.Inputs));
            Assert.Equal([false, false], result.Broken);
        }
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public void A_mask_that_lets_all_change_changes_nothing(string id)
    {
        using var model = ContractModels.Create("two-class");
        using var batch = Examples(model, 2);
        foreach (var (attack, threat) in Under(id, model, All(model.Input, 1)))
        {
            using var masked = attack.Run(model, batch, threat, new Rng(3));
            using var plain = attack.Run(model, batch, ThreatModel.Parse(threat.Written), new Rng(3));
            Assert.Equal(Tensors.ToArray<float>(plain.Inputs), Tensors.ToArray<float>(masked.Inputs));
            Assert.Equal(plain.Distances, masked.Distances);
            Assert.Equal(plain.Forwards, masked.Forwards);
        }
    }

    // The slopes of values that may not change are ten times the others: who looks at these finds nothing.
    [Theory]
    [MemberData(nameof(Attacks))]
    public void Steep_values_that_may_not_change_mislead_nobody(string id)
    {
        float[,] weights =
        {
            { 10, -10, 1, -1, 10, 1 },
            { -10, 10, -1, 1, -10, -1 },
        };
        using var model = Toy.Linear(weights, [-5.5f, 5.5f], new InputShape(1, 2, 3));
        using var inputs = tensor((float[])[0.5f, 0.5f, 0.55f, 0.5f, 0.5f, 0.5f], [1, 1, 2, 3]);
        using var batch = new Batch(inputs.alias(), zeros(1, dtype: ScalarType.Int64), [0]);
        ValueBudgets mask = new([0, 0, 1, 1, 0, 1], 1, 2, 3);
        // The margin is 2 · 0.05, and 6 · ε, 2√3 · ε or 2 · ε close it. There is room for searches cut short.
        foreach (var text in (string[])["linf:0.1", "l2:0.2", "l1:0.3", "l0:1"])
        {
            var (attack, threat) = (ContractAttacks.Create(id, model), ThreatModel.Parse(text).Under(mask));
            if (attack.Needs == Access.Gradients && attack.Supports(threat) && id != "transfer")
            {
                using var result = attack.Run(model, batch, threat, new Rng(3));
                Assert.True(result.Broken[0], $"{id} {text}: distance {result.Distances[0]}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public void Shares_of_a_budget_are_kept_or_refused(string id)
    {
        using var model = ContractModels.Create("built-in");
        using var batch = Examples(model, 4);
        float[] shares = [.. Enumerable.Range(0, model.Input.Values).Select(i => i % 5 / 4f)];
        var threat = ThreatModel.Parse("linf:0.1").Under(new(shares, 1, 6, 6));
        var attack = ContractAttacks.Create(id, model);
        if (!attack.Supports(threat))
        {
            var error = Assert.Throws<ThreatException>(() => attack.Run(model, batch, threat, new Rng(3))).Message;
            Assert.Contains("attacks that can work with it", error, StringComparison.Ordinal);
            return;
        }
        using var result = attack.Run(model, batch, threat, new Rng(3));
        var (x, clean) = (Tensors.ToArray<float>(result.Inputs), Tensors.ToArray<float>(batch.Inputs));
        for (var i = 0; i < x.Length; i++)
        {
            var row = i / shares.Length;
            var most = shares[i % shares.Length] * (result.Distances[row] + 1e-9);
            Assert.InRange(Math.Abs((double)x[i] - clean[i]), 0, most);
        }
    }

    private static IEnumerable<(Attack Attack, ThreatModel Threat)> Under(
        string id,
        IClassifier model,
        ValueBudgets mask
    ) =>
        ContractAttacks
            .With(id, model)
            .Select(p => (p.Attack, Threat: p.Threat.Under(mask)))
            .Where(p => p.Attack.Supports(p.Threat));

    /// <summary>A linear model, for what takes no better one.</summary>
    private static ModuleClassifier Flat()
    {
        var draws = new float[72];
        new Rng(2).FillNormal(draws, [0], 0, 0);
        var weights = new float[2, 36];
        for (var i = 0; i < draws.Length; i++)
        {
            weights[i / 36, i % 36] = draws[i];
        }
        return Toy.Linear(weights, [0, 0], new InputShape(1, 6, 6));
    }

    private static Batch Examples(IClassifier model, int count)
    {
        using var mode = model.Enter(Mode.Evaluate);
        return Toy.RightBatch(model, count, 9);
    }

    private static ValueBudgets All(InputShape shape, float share) =>
        new([.. Enumerable.Repeat(share, shape.Values)], shape.Channels, shape.Height, shape.Width);

    private static ValueBudgets Half(InputShape shape, ulong seed)
    {
        var draws = new float[shape.Values];
        new Rng(seed).FillUniform(draws, [0], 0, 0);
        return new([.. draws.Select(d => d < 0.5f ? 0f : 1f)], shape.Channels, shape.Height, shape.Width);
    }
}
