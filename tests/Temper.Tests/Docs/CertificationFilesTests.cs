using System.Text.Json.Nodes;
using Temper.Certification.Smoothing;
using Temper.Errors;
using Temper.Evaluation;
using Temper.Reports;
using Temper.Runs;
using Temper.Serialization;
using Temper.Tests.Reports;
using Temper.Tests.Workflow;
using Temper.Workflow;

namespace Temper.Tests.Docs;

// docs/files.md names every field of a certification, and no other.
public sealed class CertificationFilesTests
{
    /// <summary>A certification with all that is said only where it applies.</summary>
    internal static readonly ManifestCertification Everything = new("complete", "in words")
    {
        SecondsEach = 60,
        Problem = "a problem",
        Remark = "a remark",
        Seconds = 1,
        Sigma = 1,
        N0 = 1,
        N = 1,
        Alpha = 0.1,
    };

    [Fact]
    public void Smoothed()
    {
        FilesPageTests.Compare("smoothed.csv", SmoothedCsv.Header.Split(','));
        FilesPageTests.Compare("smoothed-curve.csv", SmoothedCurve.Header.Split(','));
        var report = new SmoothingReport(
            RunManifest.Certify,
            "about",
            "l2:0.5",
            SmoothingRun.Name,
            0.25,
            1,
            1,
            0.1,
            1,
            1,
            0,
            1,
            0.1,
            0.2,
            [new(0, 1, 1, 1)],
            "in words",
            "first 1"
        );
        FilesPageTests.Compare("The report of a smoothing", FilesPageTests.Paths(JsonText.ToNode(report)));
    }

    [Fact]
    public void Violated()
    {
        using var folder = new Folder();
        using var net = BoundedRuns.Net();
        using var unsound = BoundedRuns.Unsound(net);
        var request = BoundedRuns.Request(folder.Path, net, "linf:0.3", CertifyKind.Ibp) with { Bounds = unsound };
        Assert.Throws<CertificateViolationException>(() => BoundedRuns.Run(request));
        FilesPageTests.Compare(
            Violation.FileName,
            FilesPageTests.Paths(JsonNode.Parse(File.ReadAllText(folder.File(Violation.FileName))))
        );
    }

    [Fact]
    public void Certificates() => FilesPageTests.Compare("certificates.csv", CertificatesCsv.Header.Split(','));

    [Fact]
    public void Certification()
    {
        var report = new CertificationReport(
            RunManifest.Certify,
            "linf:0.1",
            "crown",
            "in words",
            1,
            1,
            1,
            0,
            0,
            new Dictionary<string, int> { ["crown"] = 1 },
            "first 1"
        )
        {
            Problem = "a problem",
        };
        FilesPageTests.Compare("The report of a certification", FilesPageTests.Paths(JsonText.ToNode(report)));
    }
}
