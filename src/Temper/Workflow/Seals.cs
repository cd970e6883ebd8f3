using Temper.Evaluation.Estimates;
using Temper.Evaluation.Health;
using Temper.Evaluation.Transferring;
using Temper.Serialization;

namespace Temper.Workflow;

/// <summary>The hashes by which a manifest is bound to the evidence beside it.</summary>
internal static class Seals
{
    private static readonly string[] Names =
    [
        RunFolder.Attempts,
        Evaluation.CertificatesCsv.FileName,
        RunFolder.Curve,
        ModelEstimates.FileName,
        RunFolder.Gallery,
        HealthFile.Name,
        RunFolder.Ledger,
        RunFolder.Metrics,
        RunFolder.Points,
        TransferMatrix.FileName,
        RunFolder.Unseen,
        Certification.Smoothing.SmoothedCsv.FileName,
        Certification.Smoothing.SmoothedCurve.FileName,
    ];

    /// <summary>The hash of every file of evidence that is there.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="twin">The twin's sub-folder, whose manifest is sealed as it seals the rest; null for none.</param>
    public static SortedDictionary<string, string> Of(string folder, string? twin = null)
    {
        var seals = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in twin is null ? Names : [.. Names, $"{twin}/{RunFolder.Manifest}"])
        {
            var path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                seals[name] = Hashes.Sha256OfFile(path);
            }
        }
        return seals;
    }
}
