using Temper.Errors;
using Temper.Evaluation;
using Temper.Runs;
using Temper.Serialization;

namespace Temper.Reports;

/// <summary>Makes the reports of a certification from manifest and certificates, and from nothing else.</summary>
public static class CertificationFolder
{
    private const string Smoothing = "smoothing";

    private static readonly (string Name, string Purpose)[] Sources =
    [
        (Evidence.ManifestFile, "what was run, resolved: method, seeds, hashes, versions"),
        (CertificatesCsv.FileName, "one row per example: its verdict, what decided it, its margin"),
        (BrokenPoints.FileName, "the counterexamples, as float32"),
    ];

    /// <summary>Writes <c>report.json</c> and <c>report.html</c>, atomically.</summary>
    /// <param name="dir">The folder.</param>
    /// <returns>What they say.</returns>
    /// <exception cref="DataException">A file is missing or damaged, or they contradict each other; or examples were certified by smoothing.</exception>
    /// <exception cref="RunFailedException">A report cannot be written.</exception>
    public static CertificationReport Write(string dir)
    {
        var (report, _, json, html) = Render(dir);
        AtomicFile.WriteText(Path.Combine(dir, ReportFolder.JsonFile), json);
        AtomicFile.WriteText(Path.Combine(dir, ReportFolder.HtmlFile), html);
        return report;
    }

    /// <summary>Both reports as they must stand for these certificates; nothing is written.</summary>
    internal static (CertificationReport Report, IReadOnlyList<CertificateRow> Rows, string Json, string Html) Render(
        string dir
    )
    {
        var manifest = RunManifest.Read(Path.Combine(dir, Evidence.ManifestFile));
        if (manifest is not { Kind: RunManifest.Certify, Certification.Method: not Smoothing })
        {
            throw new DataException(
                $"{dir}: expected the folder of a certification by bounds; certificates by smoothing are about another classifier and have a report.json and tables alone."
            );
        }
        var rows = Read(dir, manifest);
        var report = CertificationReport.Of(manifest, rows);
        var json = JsonText.Write(report);
        List<ReportFile> files =
        [
            new(ReportFolder.JsonFile, "this report for programs", ReportFolder.HashOf(json)),
            .. Sources
                .Where(f => File.Exists(Path.Combine(dir, f.Name)))
                .Select(f => new ReportFile(f.Name, f.Purpose, ReportFolder.Hash(Path.Combine(dir, f.Name)))),
        ];
        return (report, rows, json, CertificationPage.Render(manifest, report, rows, files));
    }

    private static IReadOnlyList<CertificateRow> Read(string dir, RunManifest manifest)
    {
        const string Table = CertificatesCsv.FileName;
        var rows = CertificatesCsv.Read(Path.Combine(dir, Table));
        if (rows.Count != manifest.Data.N)
        {
            throw new DataException(
                $"{Table}: found {rows.Count} rows, expected {manifest.Data.N}, the n of {Evidence.ManifestFile}."
            );
        }
        return
            rows.FirstOrDefault(r => r.Verdict == Verdict.Certified) is { } row
            && manifest.Certification!.Problem is not null
            ? throw new DataException(
                $"{Table}: example {row.Index} is certified, but {Evidence.ManifestFile} says that there are no bounds."
            )
            : rows;
    }
}
