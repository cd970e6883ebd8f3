using Temper.Attacks;
using Temper.Errors;
using Temper.Numerics;
using Temper.Tests.Attacks.Contract;
using Temper.Tests.Kit;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Threats;

public sealed class UnionThreatTests
{
    [Theory]
    [InlineData("linf:0.3+l2:2", "linf:0.3+l2:2", 2)]
    [InlineData(" linf:8/255 + L1:1e+1 + l0:20", "linf:8/255+l1:1e+1+l0:20", 3)]
    public void Text_is_read_and_printed_again(string text, string printed, int members)
    {
        var union = Assert.IsType<UnionThreat>(ThreatModel.Parse(text));
        Assert.Equal((printed, "union", 1), (union.Text, union.Norm, union.Epsilon.Value));
        Assert.Equal(members, union.Members.Count);
        var again = ThreatModel.Parse(union.Text);
        Assert.Equal(union, again);
        Assert.Equal(union.GetHashCode(), again.GetHashCode());
        Assert.NotEqual<ThreatModel>(union, ThreatModel.Parse("linf:0.3+l2:1"));
    }

    [Fact]
    public void A_plus_sign_in_a_number_joins_nothing() => Assert.IsType<L1Threat>(ThreatModel.Parse("l1:1e+1"));

    [Theory]
    [InlineData("linf:0.3+linf:0.1", "linf stands twice")]
    [InlineData("linf:0.3+l2", "norm:budget")]
    [InlineData("linf:0.3+l3:1", "unknown norm 'l3'")]
    [InlineData("linf:0.3+", "0.3+")]
    [InlineData("+l2:1", "norm:budget")]
    public void Refuses_what_is_no_union(string text, string said) =>
        Assert.Contains(
            said,
            Assert.Throws<ThreatException>(() => ThreatModel.Parse(text)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Refuses_members_that_do_not_fit()
    {
        ThreatModel[] one = [ThreatModel.Parse("linf:0.3")];
        ThreatModel[] boxes = [one[0], ThreatModel.Parse("l2:1", new PixelRange(-1, 1))];
        ThreatModel[] nested = [one[0], ThreatModel.Parse("l2:1+l1:2")];
        Assert.Contains("at least 2", Assert.Throws<ThreatException>(() => new UnionThreat(one)).Message);
        Assert.Contains("boxes", Assert.Throws<ThreatException>(() => new UnionThreat(boxes)).Message);
        Assert.Contains("union itself", Assert.Throws<ThreatException>(() => new UnionThreat(nested)).Message);
    }

    [Fact]
    public void A_point_is_legal_in_any_member()
    {
        var union = ThreatModel.Parse("linf:0.25+l2:0.5+l0:1");
        using var centre = full([5, 1, 2, 2], 0.5f);
        // Within all, within linf and l2, within l2 alone, within l0 alone, within none.
        float[] changes =
        [
            .. (float[])[0, 0, 0, 0],
            .. (float[])[0.25f, 0.25f, 0.25f, 0.25f],
            .. (float[])[0.375f, 0.25f, 0, 0],
            .. (float[])[0.5f, 0, 0, 0],
            .. (float[])[0.5f, 0.25f, 0, 0],
        ];
        using var x = centre + tensor(changes, [5, 1, 2, 2]);
        Assert.Equal([true, true, true, true, false], union.Contains(x, centre, 0));
        using var distance = union.Distance(x, centre);
        var shares = Tensors.ToArray<double>(distance);
        Assert.Equal([0, 1, Math.Sqrt(0.203125) / 0.5, 1, Math.Sqrt(0.3125) / 0.5], shares);
    }

    [Fact]
    public void A_member_without_budget_adds_the_clean_point_alone()
    {
        var union = ThreatModel.Parse("linf:0+l2:0.5");
        using var centre = full([2, 1, 1, 2], 0.5f);
        using var x = tensor((float[])[0.5f, 0.5f, 0.75f, 0.5f], [2, 1, 1, 2]);
        using var distance = union.Distance(x, centre);
        Assert.Equal([0, 0.5], Tensors.ToArray<double>(distance));
        Assert.Equal([true, true], union.Contains(x, centre, 0));
    }

    [Fact]
    public void No_attack_searches_it_as_a_whole()
    {
        var union = ThreatModel.Parse("linf:0.1+l2:0.4");
        using var model = ContractModels.Create("built-in");
        using var batch = Toy.RightBatch(model, 2, 3);
        foreach (var id in ContractAttacks.Ids)
        {
            var attack = ContractAttacks.Create(id, model);
            Assert.False(attack.Supports(union), id);
            var error = Assert.Throws<ThreatException>(() => attack.Run(model, batch, union, new Rng(0)));
            Assert.Contains("run it under each member, linf:0.1 and l2:0.4", error.Message, StringComparison.Ordinal);
        }
        Assert.Throws<ThreatException>(() => union.Around(batch.Inputs));
        Assert.Throws<ThreatException>(() => union.With(Epsilon.Of(1)));
        Assert.Throws<ThreatException>(() =>
            new Pgd(new()).Perturb(model, batch.Inputs, batch.Labels, union, new Rng(0))
        );
    }
}
