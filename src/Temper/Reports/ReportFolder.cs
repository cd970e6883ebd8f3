using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Temper.Errors;
using Temper.Evaluation;
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
        (MetricsFile.FileName, "what training measured, one line per event"),
        (Gallery.FileName, "the images of the gallery, as float32"),
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
        );
    }

    /// <summary>Writes both reports, atomically.</summary>
    /// <param name="dir">The folder with the evidence.</param>
    /// <returns>What the reports say.</returns>
    /// <exception cref="DataException">A file is missing or damaged, or the files contradict each other.</exception>
    /// <exception cref="RunFailedException">A report cannot be written.</exception>
    public static Report Write(string dir)
    {
        var report = Read(dir);
        var json = ReportJson.Write(report);
        var files = new List<ReportFile>
        {
            new(
                JsonFile,
                "this report for programs",
                Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)))
            ),
        };
        foreach (var (name, purpose) in Sources)
        {
            var path = Path.Combine(dir, name);
            if (File.Exists(path))
            {
                files.Add(new ReportFile(name, purpose, Hash(path)));
            }
        }
        var html = ReportPage.Render(report, files);
        AtomicFile.WriteText(Path.Combine(dir, JsonFile), json);
        AtomicFile.WriteText(Path.Combine(dir, HtmlFile), html);
        return report;
    }

    private static string Hash(string path)
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
        var path = Path.Combine(dir, twin, JsonFile);
        try
        {
            using var json = JsonDocument.Parse(TextFile.Read(path));
            var root = json.RootElement;
            var clean = root.GetProperty("clean");
            return new TwinResult(
                twin,
                root.GetProperty("threat").GetProperty("text").GetString() ?? "",
                clean.GetProperty("n").GetInt32(),
                clean.GetProperty("correct").GetInt32(),
                root.GetProperty("worstCase").GetProperty("robust").GetInt32()
            );
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new DataException($"{path}: not a report of schema 1: {e.Message}", e);
        }
    }
}
