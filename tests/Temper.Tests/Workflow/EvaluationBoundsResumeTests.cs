using Temper.Errors;
using Temper.Reports;
using Temper.Runs;
using Temper.Tests.Reports;
using Temper.Workflow;

namespace Temper.Tests.Workflow;

/// <summary>Evaluations with certificates that are resumed: to the same bytes, or refused without a trace.</summary>
public sealed class EvaluationBoundsResumeTests
{
    [Fact]
    public void An_interrupted_certification_goes_on_to_the_same_bytes()
    {
        using var whole = new Folder();
        using var stopped = new Folder();
        using var net = BoundedRuns.Net();
        BoundedRuns.Run(BoundedRuns.Request(whole.Path, net, "linf:0.21", CertifyKind.Crown));
        BoundedRuns.Run(BoundedRuns.Request(stopped.Path, net, "linf:0.21", CertifyKind.Crown));
        var journal = stopped.File("certify-journal.jsonl");
        var lines = File.ReadAllLines(journal);
        // Torn within the bounds of the second block.
        File.WriteAllText(journal, string.Join('\n', lines[..6]) + "\n" + lines[6][..20]);
        BoundedRuns.Run(BoundedRuns.Request(stopped.Path, net, "linf:0.21", CertifyKind.Crown) with { Resume = true });
        Assert.Equal(
            File.ReadAllText(whole.File("certificates.csv")),
            File.ReadAllText(stopped.File("certificates.csv"))
        );
    }

    [Fact]
    public void A_refused_resume_leaves_the_folder_as_it_is()
    {
        using var folder = new Folder();
        using var net = BoundedRuns.Net();
        var request = BoundedRuns.Request(folder.Path, net, "linf:0.21", CertifyKind.Ibp);
        BoundedRuns.Run(request);
        Refuses(request with { Certify = CertifyKind.Crown });
        Refuses(request with { Threat = Temper.Threats.ThreatModel.Parse("linf:0.2") });
        // Nor is all certified before the attacks' journal is looked at.
        File.Delete(folder.File("certify-journal.jsonl"));
        Refuses(request with { Threat = Temper.Threats.ThreatModel.Parse("linf:0.2") });
        // What a curve found while nothing was certified was held against nothing.
        using var bare = new Folder();
        var curved = request with
        {
            Folder = bare.Path,
            Certify = CertifyKind.None,
            Curve = new() { Examples = 5, Budgets = 3 },
        };
        BoundedRuns.Run(curved);
        Refuses(curved with { Certify = CertifyKind.Ibp });

        static void Refuses(EvaluationRequest request)
        {
            var before = Contents(request.Folder);
            Assert.Throws<DataException>(() => BoundedRuns.Run(request with { Resume = true }));
            Assert.Equal(before, Contents(request.Folder));
        }

        static string[] Contents(string folder) =>
            [
                .. Directory
                    .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                    .Order(StringComparer.Ordinal)
                    .Select(path => $"{path} {Convert.ToBase64String(File.ReadAllBytes(path))}"),
            ];
    }

    [Fact]
    public void After_a_violation_an_earlier_ledger_is_no_evidence()
    {
        using var folder = new Folder();
        using var net = BoundedRuns.Net();
        using var unsound = BoundedRuns.Unsound(net);
        var request = BoundedRuns.Request(folder.Path, net, "linf:0.3", CertifyKind.None);
        BoundedRuns.Run(request);
        Assert.Throws<CertificateViolationException>(() =>
            BoundedRuns.Run(request with { Certify = CertifyKind.Ibp, Bounds = unsound, Resume = true })
        );
        var error = Assert.Throws<DataException>(() => ReportFolder.Write(folder.Path));
        Assert.StartsWith(folder.File("violation.json"), error.Message, StringComparison.Ordinal);
        Assert.Contains(
            new FolderVerification(folder.Path).Run(),
            c => c.Outcome == CheckOutcome.Failed && c.Message.Contains("violation.json", StringComparison.Ordinal)
        );
    }
}
