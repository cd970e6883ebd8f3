using Temper.Errors;
using Temper.Evaluation;
using Temper.Reports;
using Temper.Runs;
using Temper.Tests.Reports;
using Temper.Threats;
using Temper.Workflow;

namespace Temper.Tests.Workflow;

/// <summary>Certificates are verified by their hash, and with the model by their bounds; what was edited is refused.</summary>
public sealed class CertificationVerificationTests
{
    [Theory]
    [InlineData("ibp")]
    [InlineData("crown")]
    [InlineData("complete")]
    public void What_a_certification_leaves_is_verified_and_shown(string method)
    {
        using var folder = new Folder();
        using var model = Certify(folder.Path, method);
        var found = ClaimVerification.OfFiles(folder.Path).With(model, BoundedRuns.Set, null);
        Assert.Equal(
            [],
            found.Checks.Where(c => c.Outcome != CheckOutcome.Passed).Select(c => $"{c.Name}: {c.Message}")
        );
        Assert.True(found.Checks.Single(c => c.Name == "certificates").Count > 0);
        Assert.True(found.Checks.Single(c => c.Name == "counterexamples").Count > 0);
        var page = File.ReadAllText(folder.File("report.html"));
        var report = CertificationFolder.Write(folder.Path);
        Assert.Equal(page, File.ReadAllText(folder.File("report.html")));
        Assert.Contains($"{report.Certified} of 40", page, StringComparison.Ordinal);
        Assert.Contains("""<h2 id="margins">Margins</h2>""", page, StringComparison.Ordinal);
        Assert.Contains("The bracket is no interval of confidence", page, StringComparison.Ordinal);
        // It parses as XML, as all pages do.
        System.Xml.Linq.XDocument.Parse(page.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("margin", "its margin is")]
    [InlineData("verdict", "which proves nothing")]
    public void A_tampered_certificate_is_refused_by_its_hash_and_sealed_anew_by_its_bound(string what, string said)
    {
        using var folder = new Folder();
        using var model = Certify(folder.Path, "ibp");
        var edited = Tamper(folder, what);
        Refused(ClaimVerification.OfFiles(folder.Path), "certificates.csv was changed");
        SealAnew(folder, () => CertificationFolder.Write(folder.Path));
        // Whoever writes all files anew writes them consistently: but for the point of what is certified now.
        var again = ClaimVerification.OfFiles(folder.Path);
        Assert.Equal(what == "margin", again.IsVerified);
        var wrong = Assert.Single(
            again.With(model, BoundedRuns.Set, null).Checks,
            c => c is { Name: "certificates", Outcome: CheckOutcome.Failed }
        );
        Assert.Contains($"example {edited}: ", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(said, wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("margin", "its margin is")]
    [InlineData("verdict", "which proves nothing")]
    public void So_is_one_of_an_evaluation(string what, string said)
    {
        using var folder = new Folder();
        using var net = BoundedRuns.Net();
        var request = BoundedRuns.Request(folder.Path, net, "linf:0.21", CertifyKind.Crown);
        BoundedRuns.Run(request);
        var whole = ClaimVerification.OfFiles(folder.Path).With(request.Model, BoundedRuns.Set, null);
        Assert.True(whole.IsVerified, string.Join('\n', whole.Checks));
        Assert.True(whole.Checks.Single(c => c.Name == "certificates").Count > 0);
        var edited = Tamper(folder, what);
        Refused(ClaimVerification.OfFiles(folder.Path), "certificates.csv was changed");
        SealAnew(folder, () => ReportFolder.Write(folder.Path));
        var again = ClaimVerification.OfFiles(folder.Path);
        Assert.True(again.IsVerified, string.Join('\n', again.Checks));
        var checks = again.With(request.Model, BoundedRuns.Set, null).Checks;
        var wrong = Assert.Single(checks, c => c is { Name: "certificates", Outcome: CheckOutcome.Failed });
        Assert.Contains($"example {edited}: ", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(said, wrong.Message, StringComparison.Ordinal);
        // What is certified falsely was broken by a point that is wrong in float64 too.
        Assert.Equal(
            what == "verdict",
            checks.Any(c => c is { Name: "withdrawn certificates", Outcome: CheckOutcome.Failed })
        );
        // Without its table the bracket is gone, and is missed.
        File.Delete(folder.File("certificates.csv"));
        Assert.False(ClaimVerification.OfFiles(folder.Path).IsVerified);
    }

    [Theory]
    [InlineData("ibp", "complete", "the manifest goes no further than ibp")]
    [InlineData("ibp", "crown", "the manifest goes no further than ibp")]
    public void A_certificate_by_a_method_that_was_not_asked_is_refused(string asked, string named, string said)
    {
        using var folder = new Folder();
        using var model = Certify(folder.Path, asked);
        var path = folder.File("certificates.csv");
        var rows = CertificatesCsv.Read(path);
        var row = rows.First(r => r.By != LedgerRow.Clean && r.Verdict != Verdict.Certified);
        Replace(path, rows, row with { Verdict = Verdict.Certified, By = named, Margin = 0.1 });
        SealAnew(folder, () => CertificationFolder.Write(folder.Path));
        Refused(ClaimVerification.OfFiles(folder.Path).With(model, BoundedRuns.Set, null), said);
    }

    [Fact]
    public void A_clean_error_cannot_stand_as_unknown()
    {
        using var folder = new Folder();
        using var model = Certify(folder.Path, "ibp");
        var path = folder.File("certificates.csv");
        var rows = CertificatesCsv.Read(path);
        var row = rows[0] with { CleanPrediction = 1 - rows[0].Label, Verdict = Verdict.Unknown, By = null };
        Replace(path, rows, row);
        var wrong = Assert.Throws<DataException>(() => CertificatesCsv.Read(path));
        Assert.Contains("found unknown, expected falsified by clean", wrong.Message, StringComparison.Ordinal);
        Replace(path, rows, row with { Verdict = Verdict.Falsified, By = LedgerRow.Clean });
        SealAnew(folder, () => CertificationFolder.Write(folder.Path));
        // Nor does a table that calls a right answer wrong pass: the model is asked.
        var checks = ClaimVerification.OfFiles(folder.Path).With(model, BoundedRuns.Set, null).Checks;
        Assert.Contains(checks, c => c is { Name: "clean predictions", Outcome: CheckOutcome.Failed });
    }

    [Fact]
    public void A_counterexample_that_is_none_is_refused()
    {
        using var folder = new Folder();
        using var model = Certify(folder.Path, "ibp");
        var path = folder.File("points.safetensors");
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 0x40;
        File.WriteAllBytes(path, bytes);
        Refused(ClaimVerification.OfFiles(folder.Path), "points.safetensors was changed");
        SealAnew(folder, () => CertificationFolder.Write(folder.Path));
        Refused(
            ClaimVerification.OfFiles(folder.Path).With(model, BoundedRuns.Set, null),
            "is not inside the threat model, and wrong in float32 and float64"
        );
    }

    [Fact]
    public void An_edited_report_and_another_model_are_refused()
    {
        using var folder = new Folder();
        using var model = Certify(folder.Path, "ibp");
        Refused(
            ClaimVerification.OfFiles(folder.Path).With(model with { Sha256 = "11" }, BoundedRuns.Set, null),
            "SHA-256: found 11"
        );
        var path = folder.File("report.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"certified\": ", "\"certified\": 1"));
        Refused(ClaimVerification.OfFiles(folder.Path), "certified: found 1");
        // It makes no claim.
        Assert.Throws<DataException>(() => ReportFolder.Read(folder.Path));
    }

    private static ModelFile Certify(string folder, string method)
    {
        var model = new ModelFile(BoundedRuns.Net(), "toy", "00", "unknown", 0, "unknown");
        CertificationRun.Run(
            new()
            {
                Model = model,
                Set = BoundedRuns.Set,
                Threat = ThreatModel.Parse("linf:0.21"),
                Method = CertificationRun.Method(method),
                Attacks = RequestedAttack.Resolve([new("fgsm")], []),
                Seconds = 5,
                Block = 10,
                Threads = 1,
                Seed = 5,
                Folder = folder,
            },
            TimeProvider.System,
            null,
            CancellationToken.None
        );
        return model;
    }

    /// <summary>Raises the margin of a certified example, or certifies one that is broken; its index.</summary>
    private static long Tamper(Folder folder, string what)
    {
        var path = folder.File("certificates.csv");
        var rows = CertificatesCsv.Read(path).ToList();
        var at =
            what == "margin"
                ? rows.FindIndex(r => r.Verdict == Verdict.Certified)
                : rows.FindIndex(r => r.By != LedgerRow.Clean && r.Verdict != Verdict.Certified);
        rows[at] =
            what == "margin"
                ? rows[at] with
                {
                    Margin = rows[at].Margin + 0.01,
                }
                : rows[at] with
                {
                    Verdict = Verdict.Certified,
                    By = rows.First(r => r.Verdict == Verdict.Certified).By,
                    Margin = 0.1,
                };
        CertificatesCsv.Write(path, rows);
        return rows[at].Index;
    }

    private static void Replace(string path, IReadOnlyList<CertificateRow> rows, CertificateRow with) =>
        CertificatesCsv.Write(path, [.. rows.Select(r => r.Index == with.Index ? with : r)]);

    private static void SealAnew(Folder folder, Action report)
    {
        var path = folder.File("manifest.json");
        (RunManifest.Read(path) with { Files = Seals.Of(folder.Path) }).Write(path);
        report();
    }

    private static void Refused(ClaimVerification found, string said)
    {
        Assert.False(found.IsVerified);
        Assert.Contains(
            found.Checks,
            c => c.Outcome == CheckOutcome.Failed && c.Message.Contains(said, StringComparison.Ordinal)
        );
    }
}
