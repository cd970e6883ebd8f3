using Temper.Attacks;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Tests.Kit;
using Temper.Threats;
using Temper.Workflow;
using static TorchSharp.torch;

namespace Temper.Tests.Attacks;

/// <summary>APGD, its targeted form and the lists made of them.</summary>
public sealed class ApgdTests
{
    private static readonly float[,] Weights =
    {
        { 0.7f, -0.3f, 0.1f, -0.9f, 0.5f, 0.2f },
        { -0.7f, 0.3f, -0.1f, 0.9f, -0.5f, -0.2f },
    };

    [Theory]
    [InlineData("linf:0.1", LossKind.Ce)]
    [InlineData("linf:0.1", LossKind.Dlr)]
    [InlineData("l2:0.15", LossKind.Margin)]
    [InlineData("l2:0.15", LossKind.Ce)]
    public void On_a_linear_model_the_closed_form_is_reached(string text, LossKind loss)
    {
        using var model = Toy.Linear(Weights, [0.05f, -0.02f], new InputShape(1, 2, 3));
        using var batch = Toy.RightBatch(model, 40, 1, 0.3, 0.7);
        var threat = ThreatModel.Parse(text);
        float[] row = [.. Enumerable.Range(0, 6).Select(k => Weights[0, k])];
        var dual = text[1] == 'i' ? 2 * row.Sum(Math.Abs) : 2 * Math.Sqrt(row.Sum(w => (double)w * w));
        foreach (Attack attack in (Attack[])[new Apgd(new() { Loss = loss }), new ApgdTargeted(new() { Loss = loss })])
        {
            using var result = attack.Run(model, batch, threat, new Rng(0));
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            var before = Tensors.ToArray<float>(Margin.Instance.PerExample(model.Logits(batch.Inputs), batch.Labels));
            var after = Tensors.ToArray<float>(Margin.Instance.PerExample(model.Logits(result.Inputs), batch.Labels));
            for (var i = 0; i < batch.Count; i++)
            {
                var reachable = before[i] + (threat.Epsilon.Value * dual);
                Assert.Equal(reachable >= 0, result.Broken[i]);
                if (!result.Broken[i])
                {
                    Assert.Equal(reachable, after[i], 1e-4);
                }
            }
            Assert.Contains(true, result.Broken);
            Assert.Contains(false, result.Broken);
        }
    }

    [Fact]
    public void Passes_are_those_of_the_steps_and_the_last_point_costs_no_gradient()
    {
        using var model = Strong();
        using var batch = Toy.RightBatch(model, 3, 1);
        var threat = ThreatModel.Parse("linf:0.001");
        using var plain = new Apgd(new() { Steps = 10 }).Run(model, batch, threat, new Rng(0));
        Assert.All(plain.Gradients, g => Assert.Equal(10, g));
        Assert.All(plain.Forwards, f => Assert.Equal(10 + 2, f));
        using var mean = new Apgd(new() { Steps = 10, Eot = 3 }).Run(model, batch, threat, new Rng(0));
        Assert.All(mean.Gradients, g => Assert.Equal(30, g));
        Assert.All(mean.Forwards, f => Assert.Equal(33 + 1, f));
        // Two wrong classes are all there are, whatever is asked for.
        using var targeted = new ApgdTargeted(new() { Steps = 10 }).Run(model, batch, threat, new Rng(0));
        Assert.All(targeted.Gradients, g => Assert.Equal(2 * 10, g));
        Assert.All(targeted.Forwards, f => Assert.Equal(2 * (10 + 3), f));
    }

    [Fact]
    public void An_example_comes_out_the_same_in_other_company()
    {
        using var model = Toy.ConvNet(3);
        using var batch = Toy.RightBatch(model, 8, 4, 0, 1);
        var threat = ThreatModel.Parse("l2:0.2");
        using var all = new Apgd(new() { Steps = 20 }).Run(model, batch, threat, new Rng(0));
        for (var i = 0; i < batch.Count; i += 3)
        {
            using var one = batch.Select([i]);
            using var alone = new Apgd(new() { Steps = 20 }).Run(model, one, threat, new Rng(0));
            Assert.Equal(all.Broken[i], alone.Broken[0]);
            Assert.Equal(all.Distances[i], alone.Distances[0], 1e-4);
        }
    }

    [Fact]
    public void A_start_that_is_wrong_by_itself_is_returned_and_not_the_clean_input()
    {
        // One step, and that of a model whose gradient is zero: only the start can be the wrong point.
        using var model = Toy.Linear(Weights, [0, 0], new InputShape(1, 2, 3));
        using var batch = Toy.RightBatch(model, 200, 1, 0.45, 0.55);
        var threat = ThreatModel.Parse("linf:0.3");
        using var result = new Apgd(new() { Steps = 1 }).Run(model, batch, threat, new Rng(0));
        using var scope = NewDisposeScope();
        var wrong = Tensors.ToArray<bool>(Margin.Wrong(model.Logits(result.Inputs), batch.Labels));
        Assert.Equal(wrong, result.Broken);
        Assert.All(result.Broken, Assert.True);
        Assert.All(result.Distances, d => Assert.True(d > 0));
    }

    [Fact]
    public void The_label_is_no_target_even_where_the_model_is_wrong()
    {
        using var logits = tensor(
            new float[,]
            {
                { 1, 4, 3 },
                { 4, 4, 4 },
                { float.NaN, 1, 2 },
            }
        );
        using var labels = tensor([2L, 0L, 0L]);
        for (var place = 0; place < 2; place++)
        {
            using var targets = TargetClasses.Of(logits, labels, place);
            long[] found = Tensors.ToArray<long>(targets);
            Assert.Equal(place == 0 ? 1 : 0, found[0]);
            Assert.NotEqual(0, found[1]);
            Assert.Equal(place == 0 ? 2 : 1, found[2]);
        }
    }

    [Fact]
    public void Of_two_classes_the_ratio_gives_way_to_the_margin_and_says_so()
    {
        using var model = Toy.Linear(Weights, [0, 0], new InputShape(1, 2, 3));
        using var batch = Toy.RightBatch(model, 3, 1);
        var threat = ThreatModel.Parse("linf:0.01");
        using var asked = new Apgd(new() { Loss = LossKind.Dlr }).Run(model, batch, threat, new Rng(0));
        Assert.Equal(["apgd: loss 'dlr' needs 3 classes, the model has 2; 'margin' takes its place."], asked.Notices);
        using var margin = new Apgd(new() { Loss = LossKind.Margin }).Run(model, batch, threat, new Rng(0));
        Assert.Empty(margin.Notices);
        Assert.True(Tensors.Identical(asked.Inputs, margin.Inputs));
    }

    [Theory]
    [InlineData("l1:0.0004")]
    [InlineData("linf:0.00002")]
    public void A_search_that_begins_in_larger_balls_takes_no_more_steps_and_ends_in_its_own(string text)
    {
        using var model = Strong();
        using var batch = Toy.RightBatch(model, 5, 2);
        var threat = ThreatModel.Parse(text);
        using var found = new Apgd(new() { Steps = 20, LargeRadii = true }).Run(model, batch, threat, new Rng(0));
        Assert.All(found.Distances, d => Assert.InRange(d, 0, threat.Epsilon.Value));
        Assert.All(found.Broken.Zip(found.Gradients), p => Assert.True(p.First || p.Second == 20));
        // A score at the end of each ball, and the verification.
        Assert.All(found.Broken.Zip(found.Forwards), p => Assert.True(p.First || p.Second == 24));
        Assert.Contains(false, found.Broken);
    }

    [Fact]
    public void A_list_gives_way_to_its_members()
    {
        var found = RequestedAttack.Resolve(
            [new AttackConfig("fgsm"), new AttackConfig("apgd-square"), new AttackConfig("autoattack-rand")],
            [new("apgd-square.square", "queries", "7")]
        );
        Assert.Equal(
            [
                "fgsm",
                "apgd-square.apgd-ce",
                "apgd-square.apgd-t",
                "apgd-square.square",
                "autoattack-rand.apgd-ce",
                "autoattack-rand.apgd-dlr",
            ],
            found.Select(a => a.Name)
        );
        Assert.Equal(9, found[2].Attack.Rounds(10));
        Assert.Equal(7, (int)found[3].Options["queries"]!);
        Assert.Equal(20, (int)found[4].Options["eot"]!);
        Assert.Equal("dlr", (string?)found[5].Options["loss"]);
        // What is not as the list says does not count as the list.
        Assert.Equal([null, null, null, null, "autoattack-rand", "autoattack-rand"], found.Select(a => a.List));
    }

    [Fact]
    public void Autoattack_has_the_members_and_settings_of_its_authors()
    {
        var standard = RequestedAttack.Resolve([new AttackConfig("autoattack")], [], ThreatModel.Parse("linf:0.3"));
        Assert.Equal(["apgd", "apgd-t", "fab-t", "square"], standard.Select(a => a.Attack.Id));
        Assert.Equal([1, 9, 9, 1], standard.Select(a => a.Attack.Rounds(10)));
        Assert.All(standard, a => Assert.Equal("autoattack", a.List));
        Assert.Equal(9, (int)standard[2].Options["targets"]!);
        var sparse = RequestedAttack.Resolve([new AttackConfig("autoattack")], [], ThreatModel.Parse("l1:10"));
        Assert.Equal([5, 5, 9, 1], sparse.Select(a => a.Attack.Rounds(10)));
        Assert.True((bool)sparse[0].Options["large-radii"]!);
        Assert.True((bool)sparse[1].Options["large-radii"]!);
        var plus = RequestedAttack.Resolve([new AttackConfig("autoattack-plus")], [], ThreatModel.Parse("linf:0.3"));
        Assert.Equal(["apgd", "apgd", "fab", "square", "apgd-t", "fab-t"], plus.Select(a => a.Attack.Id));
        Assert.Equal([5, 5, 5, 1, 9, 9], plus.Select(a => a.Attack.Rounds(10)));
        // What is quicker is another thing and has another name.
        var fast = RequestedAttack.Resolve([new AttackConfig("autoattack-fast")], [], ThreatModel.Parse("linf:0.3"));
        Assert.All(fast, a => Assert.Equal("autoattack-fast", a.List));
        Assert.Equal([1, 3, 2, 1], fast.Select(a => a.Attack.Rounds(10)));
        var sparseFast = RequestedAttack.Resolve([new AttackConfig("autoattack-fast")], [], ThreatModel.Parse("l1:10"));
        Assert.Equal([1, 3, 2, 1], sparseFast.Select(a => a.Attack.Rounds(10)));
        Assert.True((bool)sparseFast[0].Options["large-radii"]!);
    }

    private static ModuleClassifier Strong() =>
        Toy.Linear(
            new float[,]
            {
                { 9, 9, 9, 9 },
                { -9, -9, -9, -9 },
                { -8, -9, -9, -9 },
            },
            [0, 0, 0],
            new InputShape(1, 2, 2)
        );
}
