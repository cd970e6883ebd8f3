using Temper.Certification.Smoothing;
using Temper.Runs;

namespace Temper.Workflow;

/// <summary>What a certification by smoothing found: <c>report.json</c> of its folder.</summary>
/// <param name="Kind"><c>certify</c>.</param>
/// <param name="About">Which classifier the certificates speak of: not the model, and so no end of its bracket.</param>
/// <param name="Threat">The threat model.</param>
/// <param name="Method"><c>smoothing</c>.</param>
/// <param name="Sigma">The standard deviation of the noise.</param>
/// <param name="N0">The noise vectors of the selection.</param>
/// <param name="N">The noise vectors of the estimation.</param>
/// <param name="Alpha">The probability, at most, with which each certificate is wrong.</param>
/// <param name="Examples">The number of examples.</param>
/// <param name="Right">How many the smoothed classifier gives their label, abstentions apart.</param>
/// <param name="Abstained">How many it says nothing of.</param>
/// <param name="Certified">How many keep their label at the budget of the threat.</param>
/// <param name="MeanRadius">The mean radius, 0 where wrong or abstained.</param>
/// <param name="LargestRadius">The largest radius that N can prove.</param>
/// <param name="Curve">Certified accuracy against the radius.</param>
/// <param name="Arithmetic">What is exact and what is not, in words.</param>
/// <param name="Selection">Which examples, as in the manifest.</param>
public sealed record SmoothingReport(
    string Kind,
    string About,
    string Threat,
    string Method,
    double Sigma,
    int N0,
    int N,
    double Alpha,
    int Examples,
    int Right,
    int Abstained,
    int Certified,
    double MeanRadius,
    double LargestRadius,
    IReadOnlyList<SmoothedPoint> Curve,
    string Arithmetic,
    string Selection
)
{
    internal const string Smoothed =
        "the smoothed classifier, which votes over noisy copies of its input; nothing is proved of the model itself, and no bracket holds these numbers";

    /// <summary>The report of a manifest and its rows.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="rows">One row per example, at least one.</param>
    /// <param name="settings">σ, N0, N and α.</param>
    public static SmoothingReport Of(
        RunManifest manifest,
        IReadOnlyList<SmoothedRow> rows,
        SmoothingSettings settings
    ) =>
        new(
            manifest.Kind,
            Smoothed,
            manifest.Threat.Text,
            manifest.Certification!.Method,
            settings.Sigma,
            settings.N0,
            settings.N,
            settings.Alpha,
            rows.Count,
            rows.Count(r => r.HoldsAt(0)),
            rows.Count(r => r.Certificate.Prediction == SmoothedCertificate.Abstained),
            rows.Count(r => r.HoldsAt(manifest.Threat.Epsilon)),
            rows.Average(r => r.HoldsAt(0) ? r.Certificate.Radius : 0),
            settings.LargestRadius,
            SmoothedCurve.Of(rows, settings, manifest.Threat.Epsilon),
            manifest.Certification.Arithmetic,
            manifest.Data.Selection
        );
}
