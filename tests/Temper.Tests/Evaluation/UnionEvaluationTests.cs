using Temper.Attacks;
using Temper.Data;
using Temper.Errors;
using Temper.Evaluation;
using Temper.Models;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Evaluation;

/// <summary>An evaluation under a union of norms is the worst case over evaluations under its members.</summary>
public sealed class UnionEvaluationTests : IDisposable
{
    private static readonly string[] Members = ["l1:0.4", "linf:0.04", "l2:0.17"];
    private readonly string _folder = Directory.CreateTempSubdirectory("temper-union").FullName;
    private readonly ModuleClassifier _model = Wavy();
    private readonly ImageSet _set;

    public UnionEvaluationTests() => _set = Noise(_model, 60);

    public void Dispose()
    {
        _model.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Stands_what_stands_under_every_member()
    {
        var union = Run(string.Join('+', Members));
        var alone = Members.Select(m => Run(m)).ToArray();
        Assert.All(alone, member => Assert.True(Standing(member).Count > Standing(union).Count));
        Assert.NotEmpty(Standing(union));
        Assert.Equal(
            alone.Select(Standing).Aggregate((all, next) => [.. all.Intersect(next)]).Order(),
            Standing(union).Order()
        );
        // The same from the attempts: right when clean, and broken by no attack under any member.
        var broken = union.Attempts.Where(a => a.Outcome == AttemptRow.Broken).Select(a => a.Index);
        var wrong = union.Ledger.Where(r => r.BrokenBy == LedgerRow.Clean).Select(r => r.Index);
        Assert.Equal(union.Ledger.Select(r => r.Index).Except(broken).Except(wrong).Order(), Standing(union).Order());
    }

    [Fact]
    public void Attacks_run_under_all_members_before_the_next_one()
    {
        var union = Run(string.Join('+', Members));
        string[] expected =
        [
            "fgsm@l1",
            "fgsm@linf",
            "fgsm@l2",
            "deepfool@linf",
            "deepfool@l2",
            "pgd@l1",
            "pgd@linf",
            "pgd@l2",
        ];
        Assert.Equal(expected, union.Attempts.Select(a => a.Attack).Distinct());
        Assert.Equal(expected.Length, union.Attacks.Count);
    }

    [Fact]
    public void A_distance_is_in_the_norm_that_broke_it()
    {
        // Largest first: an example that falls is measured in the norm of the member it fell to, whatever the others allow.
        foreach (var (member, beyond) in (ReadOnlySpan<(string, double)>)[("l1:0.4", 0.17), ("l2:0.17", 0.04)])
        {
            var union = Run($"{member}+linf:0.04");
            var threat = ThreatModel.Parse(member);
            var rows = union.Ledger.Where(r =>
                r.BrokenBy?.EndsWith($"@{threat.Norm}", StringComparison.Ordinal) == true
            );
            Assert.All(rows, r => Assert.InRange(r.Distance!.Value, 1e-9, threat.Epsilon.Value + 1e-6));
            Assert.Contains(rows, r => r.Distance > beyond);
            var others = union.Ledger.Where(r => r.BrokenBy?.EndsWith("@linf", StringComparison.Ordinal) == true);
            Assert.All(others, r => Assert.InRange(r.Distance!.Value, 1e-9, 0.04 + 1e-6));
        }
    }

    [Fact]
    public void Goes_on_where_it_was_interrupted()
    {
        var whole = Run("linf:0.02+l2:0.15", "whole");
        var lines = File.ReadAllLines(Path.Combine(_folder, "whole"));
        Assert.True(lines.Length > 10);
        foreach (var kept in (int[])[2, lines.Length / 2, lines.Length - 1])
        {
            File.WriteAllText(Path.Combine(_folder, "cut"), string.Join('\n', lines[..kept]) + "\n");
            var resumed = Run("linf:0.02+l2:0.15", "cut", resume: true);
            Assert.Equal(whole.Ledger, resumed.Ledger);
            Assert.Equal(whole.Attempts, resumed.Attempts);
        }
    }

    [Fact]
    public void Refuses_a_member_under_which_nothing_would_run()
    {
        var plan = Plan("linf:0.02+l0:3") with { Attacks = [("square", new Square(new() { Queries = 5 }))] };
        var error = Assert.Throws<ThreatException>(() => new Evaluator(plan)).Message;
        Assert.Contains("l0:3", error, StringComparison.Ordinal);
        Assert.Contains("attacks that can work with it: fgsm", error, StringComparison.Ordinal);
        var lost = Plan("l1:1+l0:3") with { Attacks = [("pgd", new Pgd(new())), ("deepfool", new DeepFool(new()))] };
        Assert.Contains(
            "attack deepfool: cannot search under any member",
            Assert.Throws<ThreatException>(() => new Evaluator(lost)).Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>A network with sides as close in one norm as in another.</summary>
    private static ModuleClassifier Wavy()
    {
        manual_seed(3);
        var (first, second) = (nn.Linear(36, 24), nn.Linear(24, 3));
        using (no_grad())
        {
            // Steep values here and there: what they do, many flat ones do together.
            using var steep = rand(24, 36).pow(6).mul(40);
            first.weight!.mul_(steep);
            first.bias!.sub_(first.weight.sum(1) / 2);
        }
        return new(
            nn.Sequential(("flatten", nn.Flatten()), ("first", first), ("relu", nn.ReLU()), ("second", second)),
            new InputShape(1, 6, 6),
            3
        );
    }

    /// <summary>Noise of which the model is right by definition, but for every tenth image.</summary>
    private static ImageSet Noise(ModuleClassifier model, int count)
    {
        var pixels = new byte[count * 36];
        var noise = new float[36];
        for (var i = 0; i < count; i++)
        {
            new Rng(2).FillUniform(noise, [i], 0, 0);
            for (var p = 0; p < noise.Length; p++)
            {
                pixels[(i * 36) + p] = (byte)(256 * noise[p]);
            }
        }
        DataCard card = new("noise", "test", 1, 6, 6, 3, "noise");
        ImageSet set = new(card, pixels, new int[count]);
        using var batch = BatchSource.Gather(set, [.. Enumerable.Range(0, count)], CPU);
        using var scores = model.Logits(batch.Inputs);
        using var best = scores.argmax(1);
        var predicted = Tensors.ToArray<long>(best);
        return new(card, pixels, [.. predicted.Select((p, i) => (int)(p + (i % 10 == 0 ? 1 : 0)) % 3)]);
    }

    private static List<long> Standing(EvaluationOutcome outcome) =>
        [.. outcome.Ledger.Where(r => r.BrokenBy is null).Select(r => r.Index)];

    private EvaluationOutcome Run(string threat, string? journal = null, bool resume = false) =>
        new Evaluator(Plan(threat)).Run(
            journal is null ? null : Path.Combine(_folder, journal),
            threat,
            resume,
            null,
            CancellationToken.None
        );

    private EvaluationPlan Plan(string threat) =>
        new()
        {
            Model = _model,
            Set = _set,
            Indices = [.. Enumerable.Range(0, _set.Count)],
            Threat = ThreatModel.Parse(threat),
            // DeepFool knows no L1, and is left out there.
            Attacks =
                threat[..2] == "l1" && !threat.Contains('+', StringComparison.Ordinal)
                    ? [("fgsm", new Fgsm(new())), ("pgd", new Pgd(new() { Steps = 3 }))]
                    :
                    [
                        ("fgsm", new Fgsm(new())),
                        ("deepfool", new DeepFool(new() { Steps = 3 })),
                        ("pgd", new Pgd(new() { Steps = 3 })),
                    ],
            Block = 7,
            Rng = new Rng(11),
        };
}
