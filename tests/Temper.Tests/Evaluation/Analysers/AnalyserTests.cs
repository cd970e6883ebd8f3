using Temper.Evaluation;
using Temper.Evaluation.Health;
using Temper.Losses;
using Temper.Runs;
using Temper.Tests.Reports;

namespace Temper.Tests.Evaluation.Analysers;

/// <summary>Every analyser on evidence that it must find wanting, and on evidence that it must not.</summary>
public sealed class AnalyserTests
{
    private static readonly ModelHealth Sound = SoundHealth.Figures;

    private static readonly Dictionary<string, (Severity Severity, Func<Evidence> Fires, Func<Evidence> Silent)> Cases =
        new(StringComparer.Ordinal)
        {
            ["TMP111"] = (
                Severity.Warning,
                () => Chosen(DataSelection.Sample(999, 10_000, 1)),
                () => Chosen(DataSelection.Sample(1_000, 10_000, 1))
            ),
            ["TMP112"] = (
                Severity.Warning,
                () => Chosen(DataSelection.First(2_000, 10_000)),
                () => Chosen(DataSelection.All(2_000))
            ),
            ["TMP113"] = (
                Severity.Error,
                () => Data(d => d with { Overlap = 1 }),
                () => Data(d => d with { Overlap = 0 })
            ),
            ["TMP114"] = (Severity.Warning, () => Data(d => d with { OneHot = 3 }), () => Data(d => d)),
            ["TMP120"] = (Severity.Error, () => new SampleRun().Evidence(), () => ProbedRun.Of().Evidence()),
            ["TMP121"] = (
                Severity.Error,
                Probes(("fgsm", 0, 100), ("pgd-40", 0, 60)),
                Probes(("fgsm", 0, 60), ("pgd-40", 0, 100))
            ),
            ["TMP122"] = (Severity.Error, () => Predicting(_ => 3), () => Predicting(label => label)),
            ["TMP123"] = (Severity.Warning, () => Union("fab@linf"), () => Union("fab@linf", "fab@l2")),
            // What the full step leaves, half of it breaks; a natural net falls to PGD far more than to FGSM too, but not to shorter steps.
            ["TMP130"] = (
                Severity.Error,
                Probes(("fgsm", 0, 20), ("fgsm-half", 10, 180), ("fgsm-quarter", 0, 5), ("pgd-10", 0, 250)),
                Probes(("fgsm", 0, 100), ("fgsm-half", 0, 70), ("fgsm-quarter", 5, 30), ("pgd-10", 0, 250))
            ),
            ["TMP131"] = (
                Severity.Warning,
                Probes(("pgd-40", 0, 100), ("pgd-20", 0, 85), ("apgd-ce", 0, 101)),
                Probes(("pgd-40", 0, 100), ("pgd-20", 1, 101))
            ),
            ["TMP132"] = (
                Severity.Warning,
                Probes(("pgd-20x10", 0, 100), ("pgd-20", 0, 80)),
                Probes(("pgd-20x10", 0, 100), ("pgd-20", 0, 98))
            ),
            ["TMP133"] = (
                Severity.Error,
                Probes(("pgd-half-budget", 0, 100), ("pgd-40", 0, 60)),
                Probes(("pgd-half-budget", 0, 60), ("pgd-40", 0, 100), ("pgd-double-budget", 0, 256))
            ),
            ["TMP134"] = (Severity.Error, Probes(("unbounded", 0, 190)), Probes(("unbounded", 0, 235))),
            ["TMP135"] = (
                Severity.Warning,
                Measured(Sound with { Convergence = new(200, 40, 10, 90, 0.08) }),
                Measured(Sound)
            ),
            ["TMP137"] = (
                Severity.Error,
                Measured(Sound with { InputGradients = [SoundHealth.Gradients(26)] }),
                Measured(Sound)
            ),
            ["TMP138"] = (
                Severity.Error,
                Measured(Sound with { Stability = new(250, 20, 0.01, 0.6) }),
                Measured(Sound)
            ),
            ["TMP139"] = (
                Severity.Error,
                Probes(("noise", 0, 100), ("pgd-40", 0, 60), ("apgd-t", 0, 70)),
                Probes(("noise", 0, 100), ("pgd-40", 0, 60), ("apgd-t", 0, 98))
            ),
            ["TMP140"] = (
                Severity.Warning,
                Probes(("square", 0, 100), ("pgd-40", 0, 60), ("apgd-t", 0, 70)),
                Probes(("square", 0, 100), ("pgd-40", 0, 60), ("apgd-t", 5, 110))
            ),
            ["TMP141"] = (
                Severity.Error,
                Probes(("transfer", 0, 100), ("pgd-40", 0, 60)),
                Probes(("transfer", 0, 60), ("pgd-40", 0, 60))
            ),
            ["TMP142"] = (
                Severity.Error,
                Probes(("apgd-t", 0, 140), ("apgd-ce", 0, 90)),
                Probes(("apgd-t", 0, 100), ("apgd-ce", 0, 90))
            ),
            ["TMP143"] = (
                Severity.Warning,
                Probes(("labels-only", 0, 100), ("pgd-40", 0, 60)),
                Probes(("labels-only", 0, 50), ("pgd-40", 0, 60))
            ),
            ["TMP144"] = (Severity.Error, Measured(Sound with { Randomness = new(256, 5, 2e-4, 0) }), Measured(Sound)),
            ["TMP145"] = (
                Severity.Error,
                Measured(Sound with { Outputs = Sound.Outputs! with { Softmax = 256 } }),
                Measured(Sound)
            ),
            ["TMP146"] = (Severity.Error, Measured(Sound with { Batch = new(256, 16, 0.02, 3) }), Measured(Sound)),
            ["TMP147"] = (Severity.Error, Measured(Sound with { Scale = SoundHealth.Scaled(60, 2) }), Measured(Sound)),
            ["TMP149"] = (
                Severity.Error,
                Measured(Sound with { Binarisation = new(250, 240, "scores", 999, 100, 150, 200, 9) }),
                Measured(Sound with { Binarisation = new(250, 240, "scores", 999, 100, 228, 200, 9) })
            ),
            ["TMP150"] = (
                Severity.Error,
                // 986 of 1,000 are right.
                () => Stated(new(0.999, 0.0005, "its card")),
                () => Stated(new(0.986, 0.0005, "its card"))
            ),
            ["TMP148"] = (Severity.Info, Noticing(Dlr.Instance.Notice(2)!), Noticing("pgd: something else.")),
        };

    public static TheoryData<string> Ids => [.. Findings.All.Select(a => a.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Finds_what_is_wanting_and_nothing_else(string id)
    {
        var (severity, fires, silent) = Cases[id];
        var finding = Assert.Single(Findings.Of(fires()), f => f.Id == id);
        Assert.Equal(severity, finding.Severity);
        Assert.Equal(finding.Threshold is null, finding.Source is null);
        Assert.Equal(finding.Threshold is null, finding.Figures.Count == 0);
        Assert.EndsWith(".", finding.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", finding.WhatToDo, StringComparison.Ordinal);
        Assert.DoesNotContain(id, Findings.Of(silent()).Select(f => f.Id));
    }

    [Fact]
    public void A_net_that_one_step_hardly_touches_and_ten_break_is_overfitted_whatever_shorter_steps_do()
    {
        // Measured on such a net: 10, 14 and 11 of 245 by one step, 243 by ten.
        var masked = Probes(("fgsm", 0, 10), ("fgsm-half", 0, 14), ("fgsm-quarter", 0, 11), ("pgd-10", 0, 243));
        Assert.Contains(Findings.Of(masked()), f => f.Id == "TMP130" && f.Severity == Severity.Error);
        // One step breaks a quarter of what ten do: no more than weak.
        var weak = Probes(("fgsm", 0, 61), ("fgsm-half", 0, 30), ("fgsm-quarter", 0, 11), ("pgd-10", 0, 243));
        Assert.DoesNotContain(Findings.Of(weak()), f => f.Id == "TMP130");
    }

    [Fact]
    public void A_sound_model_raises_nothing_but_its_few_examples() =>
        Assert.Equal(["TMP111"], Findings.Of(Measured(Sound)()).Select(f => f.Id));

    /// <summary>What is beyond one threshold and not beyond the next, or said by another figure of the same kind.</summary>
    [Fact]
    public void Severities_follow_the_figures()
    {
        Severe("TMP137", Severity.Warning, Measured(Sound with { InputGradients = [SoundHealth.Gradients(25)] }));
        Severe("TMP137", Severity.Error, Measured(Sound with { GradientReachesInput = false }));
        Severe("TMP137", Severity.Error, Measured(Sound with { Flatness = new(256, 0.001, 60, 3) }));
        Severe("TMP138", Severity.Warning, Measured(Sound with { Stability = new(250, 20, 0.01, 0.2) }));
        Severe("TMP138", Severity.Warning, Measured(Sound with { Agreement = new(250, 4, 0.001, 0.2) }));
        Severe("TMP138", Severity.Error, Measured(Sound with { Agreement = new(250, 4, 0.001, 0.3) }));
        Severe("TMP144", Severity.Error, Measured(Sound with { Randomness = new(256, 5, 1e-5, 1) }));
        Severe("TMP145", Severity.Info, Measured(Sound with { Outputs = Sound.Outputs! with { LogSoftmax = 256 } }));
        Severe("TMP146", Severity.Error, Measured(Sound with { GradientMode = new(256, 0.5, 9) }));
        Severe("TMP147", Severity.Warning, Measured(Sound with { Scale = SoundHealth.Scaled(20, 1) }));
        // No Auto-PGD has caught up with the longer search.
        Severe("TMP131", Severity.Error, Probes(("pgd-40", 0, 100), ("pgd-20", 0, 60), ("apgd-ce", 0, 99)));
        Severe("TMP142", Severity.Warning, Probes(("apgd-t", 0, 115), ("apgd-ce", 0, 90)));
    }

    /// <summary>Square beating gradients is a warning; with a doubt about the gradients themselves it is an error.</summary>
    [Theory]
    [InlineData("square", "TMP140")]
    [InlineData("labels-only", "TMP143")]
    public void Black_boxes_need_a_second_sign(string probe, string id)
    {
        var run = ProbedRun.Of((probe, 0, 100), ("pgd-40", 0, 60));
        Severe(id, Severity.Warning, (run with { Health = Sound }).Evidence);
        ModelHealth[] doubtful =
        [
            Sound with
            {
                InputGradients = [SoundHealth.Gradients(20)],
            },
            Sound with
            {
                Stability = new(250, 20, 0.01, 0.2),
            },
            Sound with
            {
                Randomness = new(256, 5, 0.1, 2),
            },
            Sound with
            {
                Batch = new(256, 16, 0.1, 2),
            },
            Sound with
            {
                Scale = SoundHealth.Scaled(60, 2),
            },
        ];
        Assert.All(doubtful, health => Severe(id, Severity.Error, (run with { Health = health }).Evidence));
    }

    /// <summary>Under a union the probes of each member are compared among themselves.</summary>
    [Fact]
    public void Members_of_a_union_are_judged_one_by_one()
    {
        var run = ProbedRun.Of(
            ("fgsm@linf", 0, 10),
            ("pgd-40@linf", 0, 100),
            ("fgsm@l2", 0, 100),
            ("pgd-40@l2", 0, 60)
        );
        ManifestThreat[] members = [new("linf:0.3", "linf", 0.3), new("l2:2", "l2", 2)];
        var evidence = run.Evidence();
        var manifest = evidence.Manifest with
        {
            Threat = new("linf:0.3+l2:2", ManifestThreat.Union, 1) { Members = members },
        };
        var found = Findings.Of(Evidence.Of(manifest, evidence.Ledger, evidence.Attempts));
        Assert.StartsWith("Under l2:2, fgsm breaks 40", Assert.Single(found, f => f.Id == "TMP121").Message);
    }

    /// <summary>What no chance explains alone must also stand among the other tests of the run.</summary>
    [Fact]
    public void Tests_of_a_run_stand_together()
    {
        // 7 to 0 has p = 0.0078: enough alone, not among seven more.
        var alone = ProbedRun.Of(("pgd-half-budget", 0, 67), ("pgd-40", 0, 60));
        Assert.Contains("TMP133", alone.Findings().Select(f => f.Id));
        var among = ProbedRun.Of(
            ("pgd-half-budget", 0, 67),
            ("pgd-40", 0, 60),
            ("fgsm", 0, 30),
            ("pgd-20", 0, 60),
            ("apgd-ce", 0, 60),
            ("square", 0, 50)
        );
        Assert.DoesNotContain("TMP133", among.Findings().Select(f => f.Id));
    }

    private static void Severe(string id, Severity severity, Func<Evidence> evidence) =>
        Assert.Equal(severity, Findings.Of(evidence()).Where(f => f.Id == id).Max(f => f.Severity));

    private static Func<Evidence> Probes(params (string, int, int)[] broken) => ProbedRun.Of(broken).Evidence;

    private static Func<Evidence> Measured(ModelHealth health) => (ProbedRun.Of() with { Health = health }).Evidence;

    private static Func<Evidence> Noticing(string notice) =>
        (ProbedRun.Of(("apgd-dlr", 0, 9)) with { Notices = [notice] }).Evidence;

    private static Evidence Chosen(DataSelection selection) => new SampleRun { Selection = selection }.Evidence();

    private static Evidence Stated(ManifestStatement stated) =>
        Changed(m => m with { Model = m.Model with { StatedClean = stated } }, r => r);

    private static Evidence Data(Func<ManifestData, ManifestData> change) =>
        Changed(m => m with { Data = change(m.Data) }, r => r);

    private static Evidence Predicting(Func<int, int> answer) =>
        Changed(
            m => m with { Attacks = [] },
            r => new(r.Index, r.Label, answer(r.Label), answer(r.Label) == r.Label ? null : "clean", null, null, 1, 0)
        );

    private static Evidence Union(params string[] attacks) =>
        Changed(
            m =>
                m with
                {
                    Threat = new("linf:0.3+l2:2", ManifestThreat.Union, 1)
                    {
                        Members = [new("linf:0.3", "linf", 0.3), new("l2:2", "l2", 2)],
                    },
                    Attacks = [.. attacks.Select(a => new ManifestAttack(a, "fab", [], 1))],
                },
            r => new(r.Index, r.Label, r.Label, null, null, null, 1, 0)
        );

    private static Evidence Changed(Func<RunManifest, RunManifest> manifest, Func<LedgerRow, LedgerRow> row)
    {
        var run = new SampleRun { Selection = DataSelection.All(1_000) };
        var (ledger, attempts) = run.Rows();
        List<LedgerRow> changed = [.. ledger.Select(row)];
        var changes = changed.Zip(ledger).Any(pair => pair.First != pair.Second);
        return Evidence.Of(manifest(run.Manifest()), changed, changes ? [] : attempts);
    }
}
