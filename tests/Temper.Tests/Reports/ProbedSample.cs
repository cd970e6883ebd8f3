using System.Text.Json.Nodes;
using Temper.Evaluation;
using Temper.Evaluation.Estimates;
using Temper.Evaluation.Transferring;
using Temper.Runs;

namespace Temper.Tests.Reports;

/// <summary>A made-up run with probes, whose steps and restarts do more the more there are, and with confidences.</summary>
internal sealed record ProbedSample(SampleRun Run, int Probed = 256)
{
    /// <summary>Of what the evaluation breaks, the percentage that each probe breaks.</summary>
    private static readonly (string Name, string Id, JsonObject Options, int Percent)[] Probes =
    [
        ("probe.pgd-10", "pgd", new() { ["steps"] = 10 }, 40),
        ("probe.pgd-20", "pgd", new() { ["steps"] = 20 }, 70),
        ("probe.pgd-40", "pgd", new() { ["steps"] = 40 }, 95),
        ("probe.apgd-ce", "apgd", new() { ["steps"] = 100 }, 96),
        ("probe.pgd-20x10", "pgd", new() { ["steps"] = 20, ["restarts"] = 10 }, 90),
        ("probe.square", "square", new() { ["queries"] = 1000 }, 60),
    ];

    public RunManifest Manifest() =>
        Run.Manifest() with
        {
            Protocol = "standard",
            Surrogates = [new("models/other.pt", new string('f', 64))],
            Probes = new(
                Math.Min(Probed, Run.Selection.Count),
                [.. Probes.Select(p => new ManifestAttack(p.Name, p.Id, (JsonObject)p.Options.DeepClone(), 1))]
            ),
        };

    public (List<LedgerRow> Ledger, List<AttemptRow> Attempts) Rows()
    {
        var (ledger, attempts) = Run.Rows();
        foreach (var (name, id, _, percent) in Probes)
        {
            foreach (var row in ledger.Take(Probed).Where(r => r.BrokenBy != LedgerRow.Clean))
            {
                // Mixed so that what one probe breaks a stronger one breaks, too.
                var rank = (int)(row.Index * 37 % 100);
                var falls = row.BrokenBy is not null && rank < percent;
                var restarts = name.EndsWith("x10", StringComparison.Ordinal) ? 1 + (falls ? rank / 10 : 9) : 1;
                for (var restart = 0; restart < restarts; restart++)
                {
                    var hit = falls && restart == restarts - 1;
                    var forwards = id == "square" ? (hit ? 1 + (10 * (1 + rank)) : 1001) : 21;
                    attempts.Add(
                        new(
                            row.Index,
                            AttemptRow.Probe,
                            name,
                            restart,
                            hit ? "broken" : "standing",
                            0.3,
                            forwards,
                            id == "square" ? 0 : 20
                        )
                    );
                }
            }
        }
        return (
            [
                .. ledger.Select(r =>
                    r with
                    {
                        CleanConfidence = 0.8 + (r.Index * 7 % 20 / 100.0),
                        AdversarialConfidence = r.BrokenBy == LedgerRow.Clean ? null : 0.5 + (r.Index * 3 % 40 / 100.0),
                    }
                ),
            ],
            attempts
        );
    }

    public Evidence Evidence()
    {
        var (ledger, attempts) = Rows();
        return Temper.Evaluation.Evidence.Of(Manifest(), ledger, attempts);
    }

    /// <summary>Writes the complete folder, without reports of its own.</summary>
    public string Write(string dir)
    {
        Run.Write(dir);
        Overwrite(dir, this);
        if (Run.Twin is { } twin)
        {
            Overwrite(
                Path.Combine(dir, twin),
                this with
                {
                    Run = Run with { Broken = [80, 7_420, 2_480, 20], Twin = null },
                }
            );
        }
        return dir;
    }

    private static void Overwrite(string dir, ProbedSample run)
    {
        var (ledger, attempts) = run.Rows();
        run.Manifest().Write(Path.Combine(dir, "manifest.json"));
        LedgerCsv.Write(Path.Combine(dir, "ledger.csv"), ledger);
        AttemptsCsv.Write(Path.Combine(dir, "attempts.csv"), attempts);
        new TransferMatrix(
            [new("model", new string('a', 64)), .. run.Manifest().Surrogates!],
            256,
            40,
            1000,
            900,
            [new(0, 0, 250, 30), new(0, 1, 240, 24), new(1, 0, 240, 6), new(1, 1, 245, 200)]
        ).Write(Path.Combine(dir, TransferMatrix.FileName));
        new ModelEstimates(
            10,
            32,
            2 * 321,
            2 * 320,
            [new(3, 4.5, 18, 0.22), new(ledger.First(r => r.BrokenBy == "pgd").Index, 6, 12.5, 0.3)]
        ).Write(Path.Combine(dir, ModelEstimates.FileName));
    }
}
