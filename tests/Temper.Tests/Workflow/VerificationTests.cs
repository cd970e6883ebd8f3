using Temper.Reports;
using Temper.Runs;
using Temper.Tests.Evaluation.Health;
using Temper.Tests.Kit;
using Temper.Tests.Reports;
using Temper.Threats;
using Temper.Workflow;

namespace Temper.Tests.Workflow;

/// <summary>What an evaluation leaves is verified with its model under every kind of threat model, and with probes.</summary>
public sealed class VerificationTests
{
    private const int Examples = 24;

    public static TheoryData<string, bool, string?> Threats =>
        new()
        {
            { "linf:0.3", false, null },
            { "linf:0.3", false, "quick" },
            { "linf:0.8", true, null },
            { "linf:0.8", true, "quick" },
            { "l2:2", true, null },
            { "linf:0.3 target=1", false, null },
            { "linf:0.3 target=1", false, "quick" },
            { "linf:0.3 target=least-likely", false, null },
            { "linf:0.3 target=random", false, null },
            { "linf:0.3 target=all", false, "quick" },
            { "linf:0.3+l2:2", false, null },
            { "linf:0.3+l2:2", false, "quick" },
            { "linf:0.8+l2:2", true, null },
            { "linf:0.8+l2:2", true, "quick" },
        };

    [Theory]
    [MemberData(nameof(Threats))]
    public void Points_are_proved_by_the_model_and_edited_ones_are_not(string text, bool isMasked, string? protocol)
    {
        using var folder = new Folder();
        using var model = new ModelFile(HealthCheckTests.Honest(), "toy", "00", "unknown", 0, "unknown");
        var set = Toy.Stripes(Examples, 3, split: "test");
        var mask = isMasked ? Mask() : null;
        var threat = ThreatModel.Parse(text);
        EvaluationRun.Run(
            new()
            {
                Model = model,
                Set = set,
                Threat = mask is null ? threat : threat.Under(mask),
                Attacks = RequestedAttack.Resolve(
                    protocol is null ? [new("fgsm"), new("pgd")] : [],
                    ConfigReader.AttackOverrides(protocol is null ? ["attack.pgd.steps=5"] : []),
                    threat
                ),
                Protocol = protocol is null ? null : Protocol.Find(protocol),
                // The last block is filled up.
                Block = 10,
                Threads = 1,
                Seed = 5,
                Folder = folder.Path,
            },
            TimeProvider.System,
            null,
            CancellationToken.None
        );
        var found = ClaimVerification.OfFiles(folder.Path).With(model, set, mask);
        Assert.Equal(
            [],
            found.Checks.Where(c => c.Outcome != CheckOutcome.Passed).Select(c => $"{c.Name}: {c.Message}")
        );
        var points = found.Checks.Single(c => c.Name == "points").Count;
        Assert.True(points > 0, $"{text}: nothing was broken, so nothing is tested");

        // Somebody moves one value of one point far away, and seals the folder anew.
        var path = folder.File("points.safetensors");
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 0x40;
        File.WriteAllBytes(path, bytes);
        SealAnew(folder);
        var again = ClaimVerification.OfFiles(folder.Path);
        Assert.True(again.IsVerified, string.Join('\n', again.Checks));
        var wrong = Assert.Single(again.With(model, set, mask).Checks, c => c.Outcome == CheckOutcome.Failed);
        Assert.Equal("points", wrong.Name);
        Assert.StartsWith($"1 of {points} differ", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Estimates_and_the_table_of_surrogates_are_sealed()
    {
        using var folder = new Folder();
        new ProbedSample(new SampleRun()).Write(folder.Path);
        var path = folder.File("manifest.json");
        var manifest = RunManifest.Read(path);
        (manifest with { Files = Seals.Of(folder.Path) }).Write(path);
        ReportFolder.Write(folder.Path);
        foreach (var name in (string[])["estimates.json", "transfer.json"])
        {
            var file = folder.File(name);
            Assert.True(File.Exists(file), name);
            File.AppendAllText(file, " ");
            Assert.Contains(
                ClaimVerification.OfFiles(folder.Path).Checks,
                c =>
                    c.Outcome == CheckOutcome.Failed
                    && c.Message.Contains($"{name} was changed", StringComparison.Ordinal)
            );
        }
    }

    /// <summary>Every second column may change.</summary>
    private static ValueBudgets Mask() => new([.. Enumerable.Range(0, 36).Select(i => (float)(i % 2))], 1, 6, 6);

    private static void SealAnew(Folder folder)
    {
        var path = folder.File("manifest.json");
        var manifest = RunManifest.Read(path);
        (manifest with { Files = Seals.Of(folder.Path) }).Write(path);
        ReportFolder.Write(folder.Path);
    }
}
