using Temper.Data;
using Temper.Errors;
using Temper.Runs;
using Temper.Workflow;
using Temper.Workflow.Weaknesses;

namespace Temper.Tests.Workflow;

/// <summary>Every row of the table of weak settings, on a recipe that is weak in this alone, and on one that is not.</summary>
public sealed class WeaknessTableTests
{
    private static readonly TrainingData Data = new(Set("train", 5400), Set("test", 10), 0);

    /// <summary>Rule, whether it refuses, what makes it speak, what just does not.</summary>
    private static readonly (string Id, bool Refused, string[] Weak, string[] Fine)[] Rows =
    [
        ("steps-fall-short", true, ["training.objective.steps=7", "training.objective.step=0.04"], []),
        (
            "steps-fall-short",
            true,
            ["training.objective.id=fast", "training.objective.step=rel:0.9"],
            ["training.objective.id=fast", "training.objective.step=rel:1"]
        ),
        (
            "steps-fall-short",
            true,
            ["training.objective.id=free", "training.objective.replays=4", "training.objective.step=rel:0.2"],
            ["training.objective.id=free"]
        ),
        (
            "steps-fall-short",
            true,
            [
                "threat=linf:0.3+l1:10",
                "evaluation.curve.examples=0",
                "training.objective.id=msd",
                "training.objective.step=rel:0.05",
            ],
            [
                "threat=linf:0.3+l1:10",
                "evaluation.curve.examples=0",
                "training.objective.id=msd",
                "training.objective.step=rel:0.1",
            ]
        ),
        ("ball-not-crossed", false, ["training.objective.step=rel:0.25"], ["training.objective.step=rel:0.29"]),
        (
            "ball-not-crossed",
            false,
            ["training.objective.id=alp", "training.objective.step=rel:0.15"],
            ["training.objective.id=trades", "training.objective.step=rel:0.15"]
        ),
        (
            "few-steps",
            false,
            ["training.objective.steps=3", "training.objective.step=rel:0.7"],
            ["training.objective.steps=4", "training.objective.step=rel:0.5"]
        ),
        (
            "one-step-from-clean",
            true,
            ["training.objective.steps=1", "training.objective.step=rel:1", "training.objective.start=clean"],
            ["training.objective.steps=1", "training.objective.step=rel:1.25"]
        ),
        (
            "one-step-from-clean",
            true,
            ["training.objective.id=n-fgsm", "training.objective.noise=0"],
            ["training.objective.id=n-fgsm"]
        ),
        (
            "one-step-unaligned",
            true,
            ["training.objective.id=grad-align", "training.objective.lambda=0"],
            ["training.objective.id=grad-align"]
        ),
        (
            "step-too-long",
            false,
            ["training.objective.id=fast", "training.objective.step=rel:2"],
            ["training.objective.id=fast", "training.objective.step=rel:1.5"]
        ),
        ("labels-too-smooth", false, ["training.label-smoothing=0.25"], ["training.label-smoothing=0.2"]),
        ("step-too-long", false, ["training.objective.step=0.4"], ["training.objective.step=0.3"]),
        (
            "noise-too-small",
            false,
            ["training.objective.id=n-fgsm", "training.objective.noise=0.5"],
            ["training.objective.id=n-fgsm", "training.objective.noise=1"]
        ),
        (
            "nothing-adversarial",
            true,
            ["training.objective.id=trades", "training.objective.beta=0"],
            ["training.objective.id=trades", "training.objective.beta=1"]
        ),
        (
            "nothing-adversarial",
            true,
            ["training.objective.id=vat", "training.objective.alpha=0"],
            ["training.objective.id=vat"]
        ),
        ("budget-of-zero", true, ["threat=linf:0"], []),
        ("budget-hopeless", true, ["threat=linf:0.5"], ["threat=linf:0.49"]),
        ("budget-hopeless", true, ["threat=l2:14"], ["threat=l2:13"]),
        ("budget-below-a-level", false, ["threat=linf:0.5/255"], ["threat=linf:1/255"]),
        ("budget-unusual", false, ["threat=linf:8/255"], ["threat=linf:0.1"]),
        ("budget-unusual", false, ["threat=l2:0.5"], ["threat=l2:2"]),
        ("warm-up-too-long", false, ["training.epsilon-warmup=7"], ["training.epsilon-warmup=6"]),
        ("validation-falls-short", true, ["training.validate.step=0.01"], ["training.validate.step=0.015"]),
        (
            "validation-weaker",
            false,
            ["training.validate.steps=5", "training.validate.step=rel:0.25"],
            ["training.validate.steps=7", "training.validate.step=rel:0.25"]
        ),
        ("validation-few", false, ["training.validate.examples=199"], ["training.validate.examples=200"]),
        ("evaluation-weaker", false, ["evaluation.attacks=[fgsm]"], ["evaluation.attacks=[fgsm, square]"]),
        (
            "evaluation-weaker",
            false,
            ["attack.pgd.steps=3", "attack.pgd-margin.steps=6"],
            ["attack.pgd.steps=3", "attack.pgd-margin.steps=7"]
        ),
        (
            "evaluation-of-one-step",
            false,
            ["training.objective.id=fast", "evaluation.attacks=[fgsm]"],
            ["training.objective.id=fast", "evaluation.attacks=[pgd]"]
        ),
        (
            "unwatched",
            false,
            ["training.objective.id=fast", "training.guard-overfitting=false"],
            ["training.guard-overfitting=false"]
        ),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Rows.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_weak_setting_is_found_and_one_that_is_just_strong_enough_is_not(int number)
    {
        var (id, refused, weak, fine) = Rows[number];
        var found = Assert.Single(Of([.. weak, "training.allow-weak=true"]), w => w.Id == id);
        Assert.Equal(refused, found.Refused);
        Assert.NotEmpty(found.Cure);
        Assert.DoesNotContain(Of([.. fine, "training.allow-weak=true"]), w => w.Id == id);
        if (refused)
        {
            var e = Assert.Throws<ConfigException>(() => Of(weak));
            Assert.Contains(found.Text, e.Message, StringComparison.Ordinal);
            Assert.Contains(id, e.Message, StringComparison.Ordinal);
            Assert.Contains(found.Cure, e.Message, StringComparison.Ordinal);
            Assert.Contains("training.allow-weak=true", e.Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(id, Assert.Single(Of(weak), w => w.Id == id).Id);
        }
    }

    [Fact]
    public void Every_row_of_the_table_has_a_case() =>
        Assert.Equal(
            WeaknessTable.Rules.Select(r => r.Id).Order(StringComparer.Ordinal),
            Rows.Select(r => r.Id).Distinct().Order(StringComparer.Ordinal)
        );

    [Fact]
    public void Shipped_recipes_have_no_weak_settings()
    {
        foreach (var name in RecipeSource.Names)
        {
            Assert.Equal([], Of([], name));
        }
    }

    [Fact]
    public void Defaults_of_every_method_are_not_refused()
    {
        foreach (var info in Catalogue.Of<Temper.Training.Objective>())
        {
            Assert.DoesNotContain(Of([$"training.objective.id={info.Id}", "training.allow-weak=true"]), w => w.Refused);
        }
    }

    [Fact]
    public void Training_without_attacks_is_not_held_against_the_table() =>
        Assert.Empty(Of(["training.objective.id=natural", "threat=linf:0.5", "training.validate.step=0.01"]));

    [Fact]
    public void Several_refusals_come_in_one_message()
    {
        var e = Assert.Throws<ConfigException>(() => Of(["threat=linf:0.5", "training.validate.step=0.01"]));
        Assert.Contains("budget-hopeless", e.Message, StringComparison.Ordinal);
        Assert.Contains("validation-falls-short", e.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<ManifestWeakness> Of(string[] sets, string recipe = "mnist-linf")
    {
        var config = ConfigReader.Apply(RecipeSource.Read(recipe), sets, out var overrides);
        var request = new TrainingRequest
        {
            Config = config,
            AttackOverrides = overrides,
            Folder = "nowhere",
        };
        return TrainingInputs.Of(request, Data).Weaknesses;
    }

    private static ImageSet Set(string split, int count) =>
        new(new("mnist", split, 1, 28, 28, 10, "none"), new byte[count * 784], new int[count]);
}
