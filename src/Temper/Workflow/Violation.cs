using Temper.Evaluation;
using Temper.Runs;
using Temper.Serialization;

namespace Temper.Workflow;

/// <summary>A certificate and the attack's point that contradicts it: <c>violation.json</c>.</summary>
/// <param name="Model">The SHA-256 of the model's file.</param>
/// <param name="Data">The SHA-256 of the data.</param>
/// <param name="Threat">The threat model.</param>
/// <param name="Seed">The root seed.</param>
/// <param name="Index">The example.</param>
/// <param name="Label">Its class.</param>
/// <param name="Certificate">What was proved.</param>
/// <param name="Attack">What was found.</param>
/// <param name="Temper">The version.</param>
internal sealed record Violation(
    string Model,
    string Data,
    string Threat,
    ulong Seed,
    long Index,
    int Label,
    ViolatedCertificate Certificate,
    ViolatingPoint Attack,
    string Temper
)
{
    /// <summary>The file with both witnesses.</summary>
    public const string FileName = Evidence.ViolationFile;

    /// <summary>The file with the attack's point, in the form of <c>points.safetensors</c>.</summary>
    public const string PointFile = "violation.safetensors";

    /// <summary>Puts both witnesses together.</summary>
    public static Violation Of(
        EvaluationRequest request,
        ManifestCertification card,
        CertificateRow certificate,
        string attack,
        JournalLine line,
        int row,
        PointScores scores
    )
    {
        var asked = request.Attacks.FirstOrDefault(a => a.Name == attack);
        return new(
            request.Model.Sha256,
            request.Set.Sha256,
            request.Threat.Text,
            request.Seed,
            certificate.Index,
            certificate.Label,
            new(certificate.By!, certificate.Margin!.Value, card.Method, card.Arithmetic),
            new(
                attack,
                asked?.Options.DeepClone().AsObject(),
                line.Stage,
                line.Block,
                line.Predictions[row],
                line.Distances[row],
                [.. scores.Narrow.Select(Shown)],
                [.. (scores.Wide ?? []).Select(Shown)],
                Shown(scores.NarrowMargin),
                Shown(scores.WideMargin ?? double.NaN)
            ),
            EnvironmentCard.Version
        );
    }

    /// <summary>Removes what an earlier violation left, so that the files speak of this run alone.</summary>
    public static void Forget(string folder)
    {
        File.Delete(Path.Combine(folder, FileName));
        File.Delete(Path.Combine(folder, PointFile));
    }

    /// <summary>Writes both files, each atomically, the one that names the other last.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="shape">Channels, height and width.</param>
    /// <param name="point">The point.</param>
    public void Write(string folder, int[] shape, float[] point)
    {
        BrokenPoints.Of(shape, [(Index, PointText.Write(point))]).Write(Path.Combine(folder, PointFile), Model);
        AtomicFile.WriteText(Path.Combine(folder, FileName), JsonText.Write(this));
    }

    /// <summary>JSON knows no other numbers.</summary>
    private static double? Shown(double value) => double.IsFinite(value) ? value : null;

    private static double? Shown(float value) => Shown((double)value);
}
