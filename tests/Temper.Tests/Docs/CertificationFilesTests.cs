using Temper.Certification.Smoothing;
using Temper.Evaluation;
using Temper.Runs;
using Temper.Serialization;
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
