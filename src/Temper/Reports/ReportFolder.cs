using System.Security.Cryptography;
using System.Text;
using Temper.Errors;
using Temper.Evaluation;
using Temper.Evaluation.Estimates;
using Temper.Evaluation.Health;
using Temper.Evaluation.Transferring;
using Temper.Evaluation.Unseen;
using Temper.Serialization;

namespace Temper.Reports;

/// <summary>Makes <c>report.json</c> and <c>report.html</c> from a folder's evidence, and from nothing else.</summary>
/// <remarks>No clock, no random number, no machine enters: the same files give the same bytes.</remarks>
public static class ReportFolder
{
    /// <summary>The report for programs.</summary>
    public const string JsonFile = "report.json";

    /// <summary>The report for people.</summary>
    public const string HtmlFile = "report.html";

    private static readonly (string Name, string Purpose)[] Sources =
    [
        (Evidence.ManifestFile, "what was run, resolved: options, seeds, hashes, versions"),
        (Evidence.LedgerFile, "one row per example: who broke it, at what distance, at what cost"),
        (Evidence.AttemptsFile, "one row per example, attack and restart"),
        (HealthFile.Name, "how the model behaves where attacks ask it"),
        (CertificatesCsv.FileName, "one row per example: certified or not, and its margin"),
        (CurveCsv.FileName, "one row per budget of the curve"),
        (UnseenCsv.FileName, "one row per threat outside the threat model, and size"),
        (TransferMatrix.FileName, "what points crafted on one network do to another"),
        (ModelEstimates.FileName, "slopes at random points around a few examples"),
        (MetricsFile.FileName, "what training measured, one line per event"),
        (Gallery.FileName, "the examples of the gallery, as float32"),
        (BrokenPoints.FileName, "the point of every broken example, as float32"),
    ];

    private static readonly string[] TwinSources =
    [
        Evidence.ManifestFile,
        Evidence.LedgerFile,
        Evidence.AttemptsFile,
        CertificatesCsv.FileName,
        CurveCsv.FileName,
        UnseenCsv.FileName,
    ];

    /// <summary>Reads and judges the evidence of a folder.</summary>
    /// <param name="dir">The folder.</param>
    /// <exception cref="DataException">A file is missing or damaged, or the files contradict each other.</exception>
    public static Report Read(string dir)
    {
        var evidence = Evidence.Read(dir);
        var findings = Findings.Of(evidence);
        var metrics = Path.Combine(dir, MetricsFile.FileName);
        var gallery = Path.Combine(dir, Gallery.FileName);
        return new Report(
            evidence,
            findings,
            Claim.From(evidence, findings),
            File.Exists(metrics) ? MetricsFile.Read(metrics) : [],
            File.Exists(gallery) ? Gallery.Read(gallery) : null,
            evidence.Manifest.Twin is { } twin ? ReadTwin(dir, twin) : null
        )
        {
            Curve = ReadCurve(dir, evidence),
            Unseen = ReadUnseen(dir, evidence),
            Transfer = ReadTransfer(dir, evidence),
            Estimates = EstimateSummary.Of(ReadEstimates(dir), evidence),
        };
    }

    /// <summary>Writes both reports, atomically.</summary>
    /// <param name="dir">The folder with the evidence.</param>
    /// <returns>What the reports say.</returns>
    /// <exception cref="DataException">A file is missing or damaged, or the files contradict each other.</exception>
    /// <exception cref="RunFailedException">A report cannot be written.</exception>
    public static Report Write(string dir)
    {
        var (report, json, html) = Render(dir);
        AtomicFile.WriteText(Path.Combine(dir, JsonFile), json);
        AtomicFile.WriteText(Path.Combine(dir, HtmlFile), html);
        return report;
    }

    /// <summary>Both reports as they must stand for this evidence; nothing is written.</summary>
    /// <param name="dir">The folder with the evidence.</param>
    internal static (Report Report, string Json, string Html) Render(string dir)
    {
        var report = Read(dir);
        var json = ReportJson.Write(report);
        var files = new List<ReportFile> { new(JsonFile, "this report for programs", HashOf(json)) };
        var sources = Sources.Where(f =>
            (f.Name != CurveCsv.FileName || report.Curve.Count > 0)
            && (f.Name != UnseenCsv.FileName || report.Unseen.Count > 0)
            && (f.Name != CertificatesCsv.FileName || report.Evidence.Bracket is not null)
        );
        if (report.Twin is { } twin)
        {
            sources = sources.Concat(TwinSources.Select(f => ($"{twin.Folder}/{f}", "of the twin")));
        }
        foreach (var (name, purpose) in sources)
        {
            var path = Path.Combine(dir, name);
            if (File.Exists(path))
            {
                files.Add(new ReportFile(name, purpose, Hash(path)));
            }
        }
        return (report, json, ReportPage.Render(report, files));
    }

    /// <summary>The table of the surrogates that the manifest names; a file of others is another run's.</summary>
    private static TransferMatrix? ReadTransfer(string dir, Evidence evidence)
    {
        var path = Path.Combine(dir, TransferMatrix.FileName);
        return evidence.Manifest.Surrogates is not null && File.Exists(path) ? TransferMatrix.Read(path) : null;
    }

    private static ModelEstimates? ReadEstimates(string dir)
    {
        var path = Path.Combine(dir, ModelEstimates.FileName);
        return File.Exists(path) ? ModelEstimates.Read(path) : null;
    }

    /// <summary>The hash of a text that is to be written.</summary>
    internal static string HashOf(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The hash of a file.</summary>
    internal static string Hash(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    private static TwinResult ReadTwin(string dir, string twin)
    {
        var folder = Path.Combine(dir, twin);
        var evidence = Evidence.Read(folder);
        return new(twin, evidence, ReadCurve(folder, evidence)) { Unseen = ReadUnseen(folder, evidence) };
    }

    /// <summary>The curve that the manifest names, held against it; a file it does not name is another run's.</summary>
    private static IReadOnlyList<CurveRow> ReadCurve(string dir, Evidence evidence)
    {
        if (evidence.Manifest.Curve is not { } asked)
        {
            return [];
        }
        var rows = CurveCsv.Read(Path.Combine(dir, CurveCsv.FileName));
        if (rows[0].N != asked.Examples || asked.Examples > evidence.Eligible)
        {
            throw new DataException(
                $"{CurveCsv.FileName}: found n {rows[0].N}, expected {asked.Examples}, the curve's examples in {Evidence.ManifestFile}, and no more than the {evidence.Eligible} evaluated."
            );
        }
        return rows.Skip(1).FirstOrDefault(r => r.Attack != asked.Attack) is { } other
            ? throw new DataException(
                $"{CurveCsv.FileName}: found the attack '{other.Attack}', expected '{asked.Attack}', the curve's in {Evidence.ManifestFile}."
            )
            : rows;
    }

    /// <summary>The matrix that the manifest names, held against it; a file it does not name is another run's.</summary>
    private static IReadOnlyList<UnseenRow> ReadUnseen(string dir, Evidence evidence)
    {
        if (evidence.Manifest.Unseen is not { } asked)
        {
            return [];
        }
        var rows = UnseenCsv.Read(Path.Combine(dir, UnseenCsv.FileName));
        return rows[0].N == asked.Examples
            ? rows
            : throw new DataException(
                $"{UnseenCsv.FileName}: found n {rows[0].N}, expected {asked.Examples}, the examples of 'unseen' in {Evidence.ManifestFile}."
            );
    }
}
