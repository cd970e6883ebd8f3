using Temper.Attacks;
using Temper.Data;
using Temper.Models;
using Temper.Numerics;
using Temper.Tests.Kit;
using static TorchSharp.torch;

namespace Temper.Tests.Attacks.Contract;

/// <summary>What an attack makes of an example does not depend on which others it attacks with it.</summary>
public sealed class PlaceContractTests
{
    public static TheoryData<string> Attacks() => [.. ContractAttacks.Ids];

    /// <summary>To the bit where the model's scores are; libtorch's matrix products can differ in the last one by the row, on some processors.</summary>
    [Theory]
    [MemberData(nameof(Attacks))]
    public void An_example_goes_its_way_whatever_is_attacked_with_it(string id)
    {
        foreach (var kind in (string[])["rows", "built-in"])
        {
            using var model = kind == "built-in" ? ContractModels.Create(kind) : ContractModels.Apart();
            using var all = Toy.RightBatch(model, 16, 4, 0.05, 0.95);
            using var first = all.Select([0, 1, 2, 3, 4, 5, 6, 7]);
            using var other = all.Select([12, 7, 9, 2, 14, 15, 10, 11]);
            using var few = all.Select([7, 2]);
            var exact = kind != "built-in" || HasSameScores(model, (first, 7, other, 1), (first, 2, other, 3));
            foreach (var (attack, threat) in ContractAttacks.With(id, model))
            {
                using var one = attack.Run(model, first, threat, new Rng(3));
                using var two = attack.Run(model, other, threat, new Rng(3));
                using var three = attack.Run(model, few, threat, new Rng(3));
                Same(one, 7, two, 1, id, exact);
                Same(one, 2, two, 3, id, exact);
                // A batch of another size is summed in another order, unless the model is asked in pieces of one size.
                Same(one, 7, three, 0, id, exact && attack.Needs != Access.Gradients);
                Same(one, 2, three, 1, id, exact && attack.Needs != Access.Gradients);
            }
        }
    }

    private static bool HasSameScores(IClassifier model, params (Batch A, int RowOfA, Batch B, int RowOfB)[] pairs)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var mode = model.Enter(Mode.Evaluate);
        return pairs.All(p =>
            Tensors.Identical(model.Logits(p.A.Inputs)[p.RowOfA], model.Logits(p.B.Inputs)[p.RowOfB])
        );
    }

    private static void Same(AttackResult a, int rowOfA, AttackResult b, int rowOfB, string id, bool exact)
    {
        using var left = a.Inputs[rowOfA];
        using var right = b.Inputs[rowOfB];
        if (exact)
        {
            Assert.True(Tensors.Identical(left, right), id);
        }
        // A batch of gradients ends for all at once, when a wrong point is known for each; its passes are shared.
        if (exact && ContractAttacks.Create(id).Needs != Access.Gradients)
        {
            Assert.Equal(a.Forwards[rowOfA], b.Forwards[rowOfB]);
        }
        Assert.Equal(a.Broken[rowOfA], b.Broken[rowOfB]);
        Assert.Equal(a.Distances[rowOfA], b.Distances[rowOfB], 1e-2 * (1 + a.Distances[rowOfA]));
    }
}
