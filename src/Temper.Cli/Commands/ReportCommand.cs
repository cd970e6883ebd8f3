using System.CommandLine;
using Temper.Reports;

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
            ReportFolder.Write(parsed.GetValue(folder)!);
            return Outcome.Print(session, parsed.GetValue(folder)!, parsed.GetValue(json), requireClaim: false);
        });
        return command;
    }
}
