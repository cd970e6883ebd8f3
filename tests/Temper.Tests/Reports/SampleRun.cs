using System.Text;
using System.Text.Json.Nodes;
using Temper.Evaluation;
using Temper.Evaluation.Health;
using Temper.Evaluation.Unseen;
using Temper.Reports;
using Temper.Runs;
using Temper.Serialization;
using Temper.Tests.Evaluation.Analysers;

namespace Temper.Tests.Reports;

/// <summary>A made-up but realistic run: every file an evaluation leaves behind, consistent with each other.</summary>
internal sealed record SampleRun
{
    public DataSelection Selection { get; init; } = DataSelection.All(10_000);

    public IReadOnlyList<ManifestAttack> Attacks { get; init; } =
    [
        new("fgsm", "fgsm", new JsonObject { ["loss"] = "ce" }, 0.8),
        new("pgd", "pgd", Pgd("ce"), 61.4),
        new("pgd-margin", "pgd", Pgd("margin"), 54.9),
    ];

    public string ModelPath { get; init; } = "runs/mnist-linf/model.safetensors";

    public string Architecture { get; init; } = "mnist-net";

    public string TrainedFor { get; init; } = "linf:0.3 by pgd (recipe mnist-linf)";

    public ManifestThreat Threat { get; init; } = new("linf:0.3", "linf", 0.3);

    public string? Twin { get; init; }

    public bool Trained { get; init; } = true;

    public char DataHash { get; init; } = 'b';

    /// <summary>Accuracy against ε on so many examples; null for no curve.</summary>
    public int? Curve { get; init; }

    /// <summary>Threats outside the threat model on so many examples; null for none.</summary>
    public int? Unseen { get; init; }

    /// <summary>How the model is run, such as through its scores only.</summary>
    public string Opened { get; init; } = "built-in";

    /// <summary>The protocol followed; null for attacks chosen one by one.</summary>
    public string? Protocol { get; init; }

    public ModelHealth? Health => Protocol is null ? null : SoundHealth.Figures;

    public string Split { get; init; } = "test";

    public string? Noun { get; init; }

    public string? Variant { get; init; }

    public IReadOnlyList<string>? ClassNames { get; init; }

    public IReadOnlyList<string>? Notes { get; init; }

    public Gallery? Pictured { get; init; }

    /// <summary>Examples per 10,000 that are wrong without an attack, then those each attack breaks in turn.</summary>
    public IReadOnlyList<int> Broken { get; init; } = [140, 312, 694, 64];

    public static JsonObject Pgd(string loss) =>
        new()
        {
            ["steps"] = 40,
            ["step"] = "0.01",
            ["start"] = "uniform",
            ["restarts"] = 1,
            ["loss"] = loss,
        };

    public RunManifest Manifest() =>
        new()
        {
            Kind = RunManifest.Evaluate,
            Started = new DateTimeOffset(2026, 3, 9, 14, 5, 0, TimeSpan.Zero),
            TemperVersion = "0.1.0",
            Seed = 0,
            Rng = "philox4x32-10/v1",
            Threads = 2,
            Block = 500,
            Device = "cpu",
            Model = new(ModelPath, Hex('a'), Opened, Architecture, 166_406, TrainedFor) { Notes = Notes },
            Data = new(
                "mnist",
                Split,
                Selection.Count,
                Selection.Total,
                Selection.Text,
                Hex(DataHash),
                "first 5000 of a permutation of the training split, seed 0"
            )
            {
                Noun = Noun,
                Variant = Variant,
                ClassNames = ClassNames,
            },
            Threat = Threat,
            Attacks = Attacks,
            Protocol = Protocol,
            Probes = Protocol is null
                ? null
                : new(Math.Min(256, Selection.Count), [new("probe.fgsm", "fgsm", [], 0.1)]),
            CleanSeconds = 0.6,
            Environment = new(
                "Debian GNU/Linux 12 (x64)",
                "Example CPU at 2.6 GHz",
                2,
                ".NET 10.0.12",
                "0.107.0",
                "2.10.0",
                "0.1.0",
                "0123abc"
            ),
            Training = Trained
                ? new(
                    "mnist-linf",
                    new JsonObject { ["epochs"] = 6, ["batch"] = 128 },
                    2_640_000,
                    2_640_000,
                    271.3,
                    new(330_000, 330_000),
                    ["Epoch 2: the learning rate passed its peak of 0.004 at step 860."],
                    6
                )
                {
                    Best = new(6, 1000, 984, 893),
                    Last = new(6, 1000, 984, 893),
                }
                : null,
            Twin = Twin,
            Curve = Curve is { } n ? new(Attacks[^1].Name, n, 12.5) : null,
            Unseen = Unseen is { } m ? new(m, 31.5) : null,
        };

    /// <summary>Who breaks the example at a position: positions are mixed so that broken ones lie everywhere.</summary>
    public string? BrokenBy(int position)
    {
        var rank = (int)((position * 7919L) % Selection.Count * 10_000L / Selection.Count);
        if (rank < Broken[0])
        {
            return LedgerRow.Clean;
        }
        var edge = Broken[0];
        for (var i = 0; i < Attacks.Count; i++)
        {
            edge += i + 1 < Broken.Count ? Broken[i + 1] : 0;
            if (rank < edge)
            {
                return Attacks[i].Name;
            }
        }
        return null;
    }

    public (List<LedgerRow> Ledger, List<AttemptRow> Attempts) Rows()
    {
        var ledger = new List<LedgerRow>();
        var attempts = new List<AttemptRow>();
        for (var p = 0; p < Selection.Count; p++)
        {
            var label = (p * 31 + (p / 7)) % 10;
            var brokenBy = BrokenBy(p);
            var (forwards, gradients) = (1L, 0L);
            if (brokenBy != LedgerRow.Clean)
            {
                foreach (var attack in Attacks)
                {
                    var hit = brokenBy == attack.Name;
                    var steps = attack.Id == "fgsm" ? 1 : 40;
                    attempts.Add(
                        new(
                            p,
                            "cascade",
                            attack.Name,
                            0,
                            hit ? "broken" : "standing",
                            hit ? 0.3 : null,
                            steps + 1,
                            steps
                        )
                    );
                    forwards += steps + 1;
                    gradients += steps;
                    if (hit)
                    {
                        break;
                    }
                }
            }
            var byAttack = brokenBy is not null and not LedgerRow.Clean;
            ledger.Add(
                new(
                    p,
                    label,
                    brokenBy == LedgerRow.Clean ? (label + 3) % 10 : label,
                    brokenBy,
                    byAttack ? (label + 1 + (p % 8)) % 10 : null,
                    byAttack ? 0.3 : null,
                    forwards,
                    gradients
                )
            );
        }
        return (ledger, attempts);
    }

    public Evidence Evidence()
    {
        var (ledger, attempts) = Rows();
        return Temper.Evaluation.Evidence.Of(Manifest(), ledger, attempts, Health);
    }

    public Report Report()
    {
        var evidence = Evidence();
        var findings = Findings.Of(evidence);
        return new(evidence, findings, Claim.From(evidence, findings), [], null, null);
    }

    /// <summary>Writes the complete folder, without reports.</summary>
    public string Write(string dir)
    {
        Directory.CreateDirectory(dir);
        var (ledger, attempts) = Rows();
        Manifest().Write(Path.Combine(dir, "manifest.json"));
        LedgerCsv.Write(Path.Combine(dir, "ledger.csv"), ledger);
        AttemptsCsv.Write(Path.Combine(dir, "attempts.csv"), attempts);
        if (Trained)
        {
            AtomicFile.WriteText(Path.Combine(dir, "metrics.jsonl"), Metrics());
        }
        if (Health is not null)
        {
            HealthFile.Write(Path.Combine(dir, HealthFile.Name), Health);
        }
        if (Curve is not null)
        {
            CurveCsv.Write(Path.Combine(dir, CurveCsv.FileName), CurveRows());
        }
        if (Unseen is { } n)
        {
            UnseenCsv.Write(Path.Combine(dir, UnseenCsv.FileName), SampleUnseen.Rows(n, Opened));
        }
        (Pictured ?? SamplePictures.Digits()).Write(Path.Combine(dir, Gallery.FileName));
        if (Twin is not null)
        {
            (this with { Broken = [80, 7_420, 2_480, 20], Twin = null }).Write(Path.Combine(dir, Twin));
            ReportFolder.Write(Path.Combine(dir, Twin));
        }
        return dir;
    }

    /// <summary>Falls from the clean count to nothing at twice ε, through the worst case at ε.</summary>
    public IReadOnlyList<CurveRow> CurveRows()
    {
        var n = Curve!.Value;
        int[] perMille = [1000 - (Broken[0] / 10), 970, 950, 930, 1000 - (Broken.Sum() / 10), 300, 90, 10, 0];
        return
        [
            .. perMille.Select(
                (share, i) =>
                    new CurveRow(
                        i == 4 ? Threat.Epsilon : Threat.Epsilon * i / 4,
                        n,
                        n * perMille.Take(i).Append(share).Min() / 1000,
                        i == 0 ? CurveRow.Clean : Attacks[^1].Name,
                        n * (i == 0 ? 1 : 42),
                        i == 0 ? 0 : n * 40
                    )
            ),
        ];
    }

    public static string Metrics()
    {
        double[] loss = [1.4213, 0.6128, 0.4387, 0.3612, 0.3105, 0.2790];
        double[] train = [0.513, 0.781, 0.844, 0.871, 0.889, 0.901];
        double[] clean = [0.931, 0.964, 0.973, 0.979, 0.984, 0.986];
        double[] attacked = [0.642, 0.781, 0.832, 0.856, 0.874, 0.883];
        var text = new StringBuilder();
        for (var i = 0; i < loss.Length; i++)
        {
            text.Append("{\"kind\":\"step\",\"step\":1}\n")
                .Append(
                    $"{{\"kind\":\"epoch\",\"epoch\":{i + 1},\"step\":{430 * (i + 1)},\"lr\":{0.004 - (i * 0.0006):R},\"loss\":{loss[i]:R},\"trainAccuracy\":{train[i]:R},\"validationClean\":{clean[i]:R},\"validationRobust\":{attacked[i]:R},\"seconds\":{44.7 * (i + 1):R}}}\n"
                );
        }
        return text.ToString();
    }

    private static string Hex(char digit) => string.Concat(Enumerable.Repeat($"{digit}0123456789", 6))[..64];
}
