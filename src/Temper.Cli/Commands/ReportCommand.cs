using System.CommandLine;
using Temper.Errors;
using Temper.Reports;
using Temper.Runs;
using Temper.Workflow;

namespace Temper.Cli.Commands;

/// <summary><c>temper report DIR</c></summary>
internal static class ReportCommand
{
    public static Command Create(Session session)
    {
        var folder = new Argument<string>("folder") { Description = "The folder of a run." };
        var json = CommonOptions.Json();
        var command = new Command(
            "report",
            "Write report.json and report.html again from the evidence; needs no model."
        )
        {
            folder,
            json,
        };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(folder)!;
            var manifest = RunManifest.Read(Path.Combine(path, RunFolder.Manifest));
            if (manifest.Kind == RunManifest.Certify)
            {
                var report = CertificationFolder.Write(path);
                CertificationView.Print(session, report, manifest.Model.Notes ?? [], path, parsed.GetValue(json));
                return (int)ExitCode.Done;
            }
            ReportFolder.Write(path);
            return Outcome.Print(session, path, parsed.GetValue(json), requireClaim: false);
        });
        return command;
    }
}
