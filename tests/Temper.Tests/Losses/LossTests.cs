using Temper.Losses;
using Temper.Tests.Kit;
using static TorchSharp.torch;

namespace Temper.Tests.Losses;

/// <summary>Losses against values computed by hand, and their slopes against differences of the values.</summary>
public sealed class LossTests
{
    /// <summary>Scores 4, 1, 2, −2; sorted 4, 2, 1, −2.</summary>
    private static readonly float[] Scores = [4, 1, 2, -2];

    public static TheoryData<string> All() => ["ce", "margin", "dlr", "ce-targeted", "margin-targeted", "dlr-targeted"];

    [Theory]
    // (z_w − z_y) / (4 − 1): label 0 is right, its runner-up is 2.
    [InlineData(0, (2.0 - 4) / 3)]
    // Label 1 is wrong: the highest wrong score is the first.
    [InlineData(1, (4.0 - 1) / 3)]
    [InlineData(3, (4.0 + 2) / 3)]
    public void The_ratio_is_the_margin_by_the_distance_of_first_to_third(int label, double expected) =>
        Assert.Equal(expected, Value(Dlr.Instance, Scores, label), 1e-6);

    [Theory]
    // The scale is 4 − (1 − 2) / 2 = 4.5.
    [InlineData(0, 2, (2.0 - 4) / 4.5)]
    [InlineData(0, 3, (-2.0 - 4) / 4.5)]
    [InlineData(2, 0, (4.0 - 2) / 4.5)]
    public void The_targeted_ratio_has_third_and_fourth_in_its_scale(int label, long target, double expected)
    {
        using var targets = tensor([target]);
        Assert.Equal(expected, Value(DlrTargeted.Instance.Toward(targets), Scores, label), 1e-6);
    }

    [Fact]
    public void Targeted_margin_and_cross_entropy_look_at_their_class()
    {
        using var targets = tensor([3L]);
        Assert.Equal(-6, Value(MarginTargeted.Instance.Toward(targets), Scores, 0), 1e-6);
        var expected = -2 - Math.Log(Scores.Sum(z => Math.Exp(z)));
        Assert.Equal(expected, Value(CrossEntropyTargeted.Instance.Toward(targets), Scores, 0), 1e-5);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Without_targets_the_highest_wrong_class_is_aimed_at(string id)
    {
        if (Find(id) is not TargetedLoss loss)
        {
            return;
        }
        using var targets = tensor([2L]);
        Assert.Equal(Value(loss.Toward(targets), Scores, 0), Value(loss, Scores, 0));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_slope_is_that_of_the_values(string id)
    {
        using var guard = new LeakGuard();
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var logits = randn([20, 6], dtype: ScalarType.Float64, generator: generator);
        var labels = arange(20, dtype: ScalarType.Int64) % 6;
        var loss = Find(id) is TargetedLoss targeted ? targeted.Toward((labels + 2) % 6) : Find(id);
        var (values, slope) = loss.WithSlope(logits, labels);
        Assert.True(allclose(values, loss.PerExample(logits, labels)));
        for (var k = 0; k < 6; k++)
        {
            var shift = zeros_like(logits);
            shift[.., k] = 1e-6;
            var difference = (loss.PerExample(logits + shift, labels) - loss.PerExample(logits - shift, labels)) / 2e-6;
            Assert.True((difference - slope[.., k]).abs().max().item<double>() < 1e-6, $"{id}: class {k}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_slope_of_autograd_is_the_same(string id)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(6);
        var logits = randn([20, 5], generator: generator);
        var labels = arange(20, dtype: ScalarType.Int64) % 5;
        var (_, slope) = Find(id).WithSlope(logits, labels);
        var leaf = logits.clone().requires_grad_();
        var byAutograd = autograd.grad([Find(id).PerExample(leaf, labels).sum()], [leaf])[0];
        Assert.True((slope - byAutograd).abs().max().item<float>() < 1e-5);
    }

    [Theory]
    [InlineData("dlr")]
    [InlineData("dlr-targeted")]
    public void Ties_leave_a_finite_value_and_a_slope(string id)
    {
        using var scope = NewDisposeScope();
        // All scores in the scale tie; the label lies below them.
        var logits = tensor(
            new float[,]
            {
                { 3, 3, 3, 3, 1 },
            }
        );
        var labels = tensor([4L]);
        var (value, slope) = Find(id).WithSlope(logits, labels);
        Assert.Equal(2, value.item<float>());
        Assert.Equal(-1, slope[0, 4].item<float>());
        Assert.Equal(1, slope[0, ..4].sum().item<float>());
        Assert.Equal(2, Find(id).PerExample(logits, labels).item<float>());
    }

    [Theory]
    [InlineData(2.0, 0.0)]
    [InlineData(1.0, 7.5)]
    [InlineData(100.0, -3.0)]
    public void Neither_scale_nor_shift_changes_the_ratio(double scale, double shift)
    {
        float[] other = [.. Scores.Select(z => (float)((z * scale) + shift))];
        Assert.Equal(Value(Dlr.Instance, Scores, 0), Value(Dlr.Instance, other, 0), 1e-5);
        Assert.Equal(Value(DlrTargeted.Instance, Scores, 0), Value(DlrTargeted.Instance, other, 0), 1e-5);
    }

    [Theory]
    [InlineData("dlr", 2, "margin")]
    [InlineData("dlr", 3, "dlr")]
    [InlineData("dlr-targeted", 3, "margin-targeted")]
    [InlineData("dlr-targeted", 4, "dlr-targeted")]
    [InlineData("ce", 2, "ce")]
    [InlineData("margin-targeted", 2, "margin-targeted")]
    public void Too_few_classes_leave_the_margin(string id, int classes, string expected)
    {
        var loss = Find(id);
        Assert.Equal(expected, loss.Fitting(classes).Id);
        Assert.Equal(expected == id, loss.Notice(classes) is null);
        if (expected != id)
        {
            Assert.Equal(
                $"loss '{id}' needs {loss.MinClasses} classes, the model has {classes}; '{expected}' takes its place.",
                loss.Notice(classes)
            );
        }
    }

    [Fact]
    public void The_loss_that_takes_the_place_aims_at_the_same_class()
    {
        using var targets = tensor([2L]);
        using var logits = tensor(
            new float[,]
            {
                { 5, 4, 1 },
            }
        );
        using var labels = tensor([0L]);
        using var value = DlrTargeted.Instance.Toward(targets).Fitting(3).PerExample(logits, labels);
        Assert.Equal(-4, value.item<float>());
    }

    private static AttackLoss Find(string id) =>
        id switch
        {
            "ce" => AttackLoss.Of(LossKind.Ce),
            "margin" => AttackLoss.Of(LossKind.Margin),
            "dlr" => AttackLoss.Of(LossKind.Dlr),
            "ce-targeted" => AttackLoss.Targeted(LossKind.Ce),
            "margin-targeted" => AttackLoss.Targeted(LossKind.Margin),
            _ => AttackLoss.Targeted(LossKind.Dlr),
        };

    private static double Value(AttackLoss loss, float[] scores, long label)
    {
        using var logits = tensor(scores, [1, scores.Length]);
        using var labels = tensor([label]);
        using var value = loss.PerExample(logits, labels);
        return value.item<float>();
    }
}
