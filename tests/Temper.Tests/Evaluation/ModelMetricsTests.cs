using System.Reflection;
using Temper.Attacks;
using Temper.Evaluation;
using Temper.Evaluation.Metrics;
using Temper.Losses;
using Temper.Runs;
using Temper.Tests.Reports;
using static TorchSharp.torch;

namespace Temper.Tests.Evaluation;

public sealed class ModelMetricsTests
{
    private static readonly ManifestAttack Pgd = new("pgd", "pgd", [], 1);
    private static readonly ManifestAttack Fab = new("nearest", "fab", [], 1);

    [Fact]
    public void Classes_success_and_confusion_of_a_ledger_by_hand()
    {
        var metrics = ModelMetrics.Of(ByHand([Pgd, Fab]));
        Assert.Equal((7, 4), (metrics.Attackable, metrics.Broken));
        Assert.Equal(4 / 7.0, metrics.AttackSuccess);
        Assert.Equal([new(0, 3, 2, 1), new(1, 3, 3, 1), new(2, 2, 2, 1)], metrics.Classes);
        Assert.Equal(0, metrics.Worst!.Label);
        Assert.Equal([new(1, 0, 2), new(0, 1, 1), new(2, 1, 1)], metrics.Confusions);
    }

    [Fact]
    public void Quantiles_are_censored_where_too_few_broke()
    {
        var distances = ModelMetrics.Of(ByHand([Pgd, Fab])).Distances!;
        // Seven are right; the nearest points lie at 0.1, 0.2, 0.3 and 0.3; of three examples there is none.
        Assert.Equal((7, 4, 2, true), (distances.N, distances.Broken, distances.Minimised, distances.Sought));
        Assert.Equal(
            [
                new(0.1, 0.1, false),
                new(0.25, 0.2, false),
                new(0.5, 0.3, false),
                new(0.75, 0.3, true),
                new(0.9, 0.3, true),
            ],
            distances.Quantiles
        );
        Assert.False(ModelMetrics.Of(ByHand([Pgd, Fab with { Id = "apgd" }])).Distances!.Sought);
    }

    [Fact]
    public void Attacks_that_look_for_the_nearest_point_are_known_by_their_ids()
    {
        var property = typeof(Attack).GetProperty(
            "SeeksMinimum",
            BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public
        )!;
        var seekers = Catalogue
            .Of<Attack>()
            .Where(info => (bool)property.GetValue(Create(info))!)
            .Select(info => info.Id);
        Assert.Equal(seekers.Order(StringComparer.Ordinal), Distances.Seekers.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Under_a_union_distances_have_no_common_unit()
    {
        var run = new SampleRun
        {
            Selection = DataSelection.All(100),
            Threat = new("linf:0.3+l2:2", "union", 1)
            {
                Members = [new("linf:0.3", "linf", 0.3), new("l2:2", "l2", 2)],
            },
        };
        Assert.Null(ModelMetrics.Of(run.Evidence()).Distances);
    }

    [Fact]
    public void Calibration_of_predictions_by_hand()
    {
        // Ten of one bin, eight right at 0.9: off by 0.1. Ten of another, five right at 0.6: off by 0.1, the other way is not set off.
        (double, bool)[] predictions =
        [
            .. Enumerable.Range(0, 10).Select(i => (0.9, i < 8)),
            .. Enumerable.Range(0, 10).Select(i => (0.6, i < 7)),
        ];
        var found = Calibration.Of(predictions)!;
        Assert.Equal((20, 15), (found.N, found.Correct));
        Assert.Equal(0.1, found.Ece, 12);
        Assert.Equal(0.75, found.Confidence, 12);
        Assert.Equal(((2 * 0.9) + (3 * 0.6)) / 5, found.WrongConfidence!.Value, 12);
        // Two differences in one bin set each other off: one right at 0.98, one wrong at 0.95 leave (0.93 of 2).
        Assert.Equal((0.98 + 0.95 - 1) / 2, Calibration.Of([(0.98, true), (0.95, false)])!.Ece, 12);
        Assert.Null(Calibration.Of([]));
        Assert.Null(Calibration.Of([(1, true)])!.WrongConfidence);
    }

    [Fact]
    public void Under_attack_each_example_counts_at_the_point_that_decided_it()
    {
        var evidence = ByHand([Pgd, Fab]);
        var clean = Calibration.Clean(evidence)!;
        Assert.Equal((8, 7), (clean.N, clean.Correct));
        Assert.Equal(0.8, clean.Confidence, 12);
        var attacked = Calibration.Attacked(evidence)!;
        // Four broken at 0.7, three standing at 0.6, the clean error at 0.8.
        Assert.Equal((8, 3), (attacked.N, attacked.Correct));
        Assert.Equal(((4 * 0.7) + (3 * 0.6) + 0.8) / 8, attacked.Confidence, 12);
        Assert.Equal(((4 * 0.7) + 0.8) / 5, attacked.WrongConfidence!.Value, 12);
        // Ledgers of earlier versions hold no confidences.
        var old = new SampleRun { Selection = DataSelection.All(50) }.Evidence();
        Assert.Null(Calibration.Clean(old));
        Assert.Null(Calibration.Attacked(old));
    }

    [Theory]
    [InlineData(new[] { 0f, 0f }, 0.5)]
    [InlineData(new[] { 0f, 1.0986123f }, 0.75)]
    [InlineData(new[] { 1e30f, -1e30f }, 1)]
    [InlineData(new[] { float.PositiveInfinity, 0f }, 1)]
    [InlineData(new[] { float.NaN, 3f }, 0)]
    [InlineData(new[] { 3f, float.NaN }, 0)]
    public void Confidence_is_the_largest_softmax_probability(float[] scores, double expected)
    {
        Assert.Equal(expected, Confidence.Of(scores), 6);
        using var logits = tensor(scores).unsqueeze(0);
        Assert.Equal([Confidence.Of(scores)], Confidence.Of(logits));
    }

    private static Attack Create(ComponentInfo info) =>
        Catalogue.Create<Attack>(info, Activator.CreateInstance(info.Options!)!);

    /// <summary>Eight examples of three classes: one wrong without an attack, two broken by each attack, three standing.</summary>
    private static Evidence ByHand(IReadOnlyList<ManifestAttack> attacks)
    {
        (int Label, string? By, int? Adversarial, double? Distance)[] rows =
        [
            (0, "pgd", 1, 0.3),
            (0, null, null, null),
            (0, "clean", null, null),
            (1, "nearest", 0, 0.1),
            (1, "nearest", 0, 0.2),
            (1, null, null, null),
            (2, "pgd", 1, 0.3),
            (2, null, null, null),
        ];
        List<LedgerRow> ledger = [];
        List<AttemptRow> attempts = [];
        foreach (var (row, i) in rows.Select((r, i) => (r, i)))
        {
            var clean = row.By == "clean";
            ledger.Add(
                new(i, row.Label, clean ? 1 : row.Label, row.By, row.Adversarial, row.Distance, 1, 0)
                {
                    CleanConfidence = 0.8,
                    AdversarialConfidence =
                        clean ? null
                        : row.By is null ? 0.6
                        : 0.7,
                }
            );
            if (!clean)
            {
                attempts.Add(new(i, "cascade", "pgd", 0, row.By == "pgd" ? "broken" : "standing", 0.3, 1, 1));
            }
            if (!clean && row.By != "pgd")
            {
                // A point beyond the budget: it broke nothing.
                var distance = row.Distance ?? 0.5;
                attempts.Add(new(i, "cascade", "nearest", 0, row.By is null ? "standing" : "broken", distance, 1, 1));
            }
        }
        var run = new SampleRun { Selection = DataSelection.All(8), Attacks = attacks };
        return Evidence.Of(run.Manifest(), ledger, attempts);
    }
}
