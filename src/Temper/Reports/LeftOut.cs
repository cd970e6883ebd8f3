using Temper.Runs;

namespace Temper.Reports;

/// <summary>Why a part of the report is not there though protocol or command ask for it, a sentence each.</summary>
internal static class LeftOut
{
    /// <summary>Why there are no estimates; null where there are some, or nobody asked.</summary>
    public static string? Estimates(Report report)
    {
        var manifest = report.Evidence.Manifest;
        return report.Estimates is not null || manifest.Protocol is not ("standard" or "full")
            ? null
            : $"Estimates (CLEVER, slope of the margin) are left out: {Why(report) ?? Other(manifest)}.";
    }

    /// <summary>Why there is no table of transfer; null where there is one, or nobody asked.</summary>
    public static string? Transfer(Report report)
    {
        var manifest = report.Evidence.Manifest;
        return report.Transfer is not null || manifest.Surrogates is null
            ? null
            : $"The table of surrogates is left out: {Why(report) ?? $"points cannot be crafted under {manifest.Threat.Text}"}.";
    }

    private static string? Why(Report report) =>
        report.Evidence.Manifest.Threat.Norm == ManifestThreat.Union
            ? "a union of norms has no one distance to search in"
        : report.Evidence.Goal.IsTargeted ? "they ask for any wrong class, and the threat model aims at one"
        : null;

    private static string Other(RunManifest manifest) =>
        manifest.Model.Kind == ManifestModel.ScoresOnly
            ? "they need gradients, and the model shows scores only"
            : $"model or threat model ({manifest.Threat.Text}) give no slopes to sample";
}
