using System.Text.Json.Nodes;
using Temper.Errors;
using Temper.Evaluation;
using Temper.Runs;
using Temper.Workflow;

namespace Temper.Cli;

/// <summary>Prints what a run's report says.</summary>
internal static class Outcome
{
    public static int Print(Session session, string folder, bool json, bool requireClaim)
    {
        var text = File.ReadAllText(Path.Combine(folder, RunFolder.ReportJson));
        var report = JsonNode.Parse(text)!;
        var claim = report["claim"]!;
        if (json)
        {
            session.Line(text.TrimEnd());
        }
        else
        {
            session.Line("");
            var manifest = RunManifest.Read(Path.Combine(folder, RunFolder.Manifest));
            var notices = manifest.Attacks.SelectMany(a => a.Notices ?? []);
            foreach (var note in (manifest.Model.Notes ?? []).Concat(manifest.Training?.Events ?? []).Concat(notices))
            {
                session.Line($"Note: {note}");
            }
            foreach (
                var finding in report["findings"]!.AsArray().Where(f => (string?)f!["id"] == Findings.MemberLeftOut)
            )
            {
                session.Line($"Note: {finding!["message"]}");
            }
            session.Line((string)claim["sentence"]!);
            if (report["twin"] is { } twin)
            {
                session.Line(
                    $"Its twin, trained without attacks: {twin["cleanCorrect"]} of {twin["n"]} right when clean, at most {twin["robust"]} under attack."
                );
            }
            session.Line($"Claim: {claim["status"]}.");
            foreach (var reason in claim["reasons"]!.AsArray())
            {
                session.Line($"  {reason!["text"]}");
                session.Line($"    cure: {reason["cure"]}");
            }
            session.Line($"Report: {Path.GetFullPath(Path.Combine(folder, RunFolder.ReportHtml))}");
        }
        var refused = (string?)claim["status"] != "supported";
        return (int)(requireClaim && refused ? ExitCode.ClaimRefused : ExitCode.Done);
    }
}
