using System.CommandLine;
using Temper.Errors;
using Temper.Models;
using Temper.Numerics;
using Temper.Reports;
using Temper.Serialization;
using Temper.Workflow;

namespace Temper.Cli.Commands;

/// <summary><c>temper claim verify|show</c></summary>
internal static class ClaimCommand
{
    public static Command Create(Session session) =>
        new("claim", "Check what a report claims, or put it into words for others.") { Verify(session), Show(session) };

    private static Command Verify(Session session)
    {
        var report = new Argument<string>("report") { Description = "The folder of a run, or the report.json in it." };
        var model = new Option<string?>("--model")
        {
            Description = "The model: its hash, its clean predictions and every stored point are checked too.",
        };
        var options = new ModelOptions("");
        var json = CommonOptions.Json();
        var command = new Command(
            "verify",
            "Make the report again and compare; with the model, score every stored point again. Exit code 8 when something differs."
        )
        {
            report,
            model,
            options.Data,
            options.DataDir,
            options.Mask,
            options.Arch,
            json,
        };
        command.SetAction(parsed =>
        {
            var folder = ClaimVerification.FolderOf(parsed.GetValue(report)!);
            var found = ClaimVerification.OfFiles(folder);
            if (parsed.GetValue(model) is { } path)
            {
                var set = EvaluationData.Load(parsed.GetValue(options.Data), path, parsed.GetValue(options.DataDir));
                var mask = parsed.GetValue(options.Mask) is { } file ? MaskFile.Read(file, set) : null;
                Libtorch.Load(RunFolder.ThreadsOf(folder));
                using var opened = ModelFile.Open(
                    path,
                    new InputShape(set.Channels, set.Height, set.Width),
                    set.Classes,
                    parsed.GetValue(options.Arch) is { } text ? ArchitectureSource.Parse(text) : null
                );
                found = found.With(opened, set, mask, session.Interrupted);
            }
            Print(session, found, parsed.GetValue(json));
            return (int)(found.IsVerified ? ExitCode.Done : ExitCode.NotVerified);
        });
        return command;
    }

    private static Command Show(Session session)
    {
        var folder = new Argument<string>("folder") { Description = "The folder of a run." };
        var format = new Option<string>("--format")
        {
            Description = "text, model-card (Markdown) or robustbench (JSON with the keys used there).",
            DefaultValueFactory = _ => "text",
        };
        format.AcceptOnlyFromAmong("text", "model-card", "robustbench");
        var command = new Command("show", "Print the claim in a form that others ask for; needs no model.")
        {
            folder,
            format,
        };
        command.SetAction(parsed =>
        {
            var report = ReportFolder.Read(parsed.GetValue(folder)!);
            var text = parsed.GetValue(format) switch
            {
                "model-card" => ClaimCard.ModelCard(report),
                "robustbench" => ClaimCard.RobustBench(report),
                _ => ClaimCard.Text(report),
            };
            session.Line(text.TrimEnd());
        });
        return command;
    }

    private static void Print(Session session, ClaimVerification found, bool json)
    {
        if (json)
        {
            session.Line(JsonText.Write(new { Verified = found.IsVerified, found.Checks }).TrimEnd());
            return;
        }
        foreach (var check in found.Checks)
        {
            var outcome = check.Outcome switch
            {
                CheckOutcome.Passed => "ok",
                CheckOutcome.NotChecked => "not checked",
                _ => "FAILED",
            };
            session.Line($"{outcome, -12} {check.Name}{(check.Count > 0 ? $" ({check.Count})" : "")}: {check.Message}");
        }
        session.Line(found.IsVerified ? "verified" : "not verified");
    }
}
