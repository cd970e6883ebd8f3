using Temper.Evaluation;
using Temper.Reports;
using Temper.Serialization;
using Temper.Workflow;

namespace Temper.Cli;

/// <summary>Prints what a certification found.</summary>
internal static class CertificationView
{
    public static void Print(
        Session session,
        CertificationReport report,
        IReadOnlyList<string> notes,
        string folder,
        bool json
    )
    {
        if (json)
        {
            session.Line(JsonText.Write(report).TrimEnd());
            return;
        }
        foreach (var note in notes)
        {
            session.Line($"Note: {note}");
        }
        if (report.Problem is { } problem)
        {
            session.Line($"Note: nothing can be certified of this model: {problem}.");
        }
        session.Line(
            $"{report.Certified} of {report.N} examples certified under {report.Threat} by {report.Method}, {report.Falsified} falsified (clean errors included), {report.Unknown} unknown; {report.CleanCorrect} right when clean."
        );
        session.Line(
            $"Robust accuracy of these examples lies between {Words.PercentDown(report.Certified, report.N)} and {Words.PercentUp(report.N - report.Falsified, report.N)}."
        );
        session.Line($"Arithmetic: {report.Arithmetic}.");
        session.Line($"Certificates: {Path.GetFullPath(Path.Combine(folder, CertificatesCsv.FileName))}");
        session.Line($"Report: {Path.GetFullPath(Path.Combine(folder, RunFolder.ReportHtml))}");
    }
}
