using System.CommandLine;
using Temper.Errors;
using Temper.Models.Passes;
using Temper.Numerics;
using Temper.Serialization;
using Temper.Threats;
using Temper.Workflow;

namespace Temper.Cli.Commands;

/// <summary><c>temper attack MODEL</c></summary>
internal static class AttackCommand
{
    public static Command Create(Session session)
    {
        var options = new ModelOptions("pgd");
        var output = new Option<string>("--out")
        {
            Description = "The safetensors file for the points (float32; with --round 8 as bytes, too).",
            Required = true,
        };
        var limit = CommonOptions.Limit();
        var sample = new Option<int?>("--sample") { Description = "Take a seeded random subset of N test examples." };
        var round = NewRound();
        var (quiet, json) = (CommonOptions.Quiet(), CommonOptions.Json());
        var command = new Command("attack", "Run one attack and save the perturbed inputs.")
        {
            output,
            limit,
            sample,
            round,
            quiet,
            json,
        };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var threat = ThreatModel.Parse(parsed.GetValue(options.Threat)!);
            var attacks = options.ResolveAttacks(parsed, threat);
            if (attacks.Count != 1)
            {
                throw new UsageException(
                    $"--attack: found {attacks.Count} attacks, expected one; 'temper evaluate' runs several."
                );
            }
            var passes = PassSettings.Parse(parsed.GetValue(options.Passes)!);
            var set = options.LoadData(parsed);
            threat = options.Masked(parsed, threat, set);
            var threads = Libtorch.Load(parsed.GetValue(options.Threads));
            using var model = options.OpenModel(parsed, set);
            var request = new EvaluationRequest
            {
                Model = model,
                Set = set,
                Threat = threat,
                Attacks = attacks,
                Limit = parsed.GetValue(limit),
                Sample = parsed.GetValue(sample),
                Block = parsed.GetValue(options.Block),
                Seed = parsed.GetValue(options.Seed),
                Threads = threads,
                Passes = passes,
                Folder = ".",
            };
            var (path, isRounded) = (parsed.GetValue(output)!, parsed.GetValue(round) is not null);
            AttackOutcome? outcome = null;
            RunView.Show(
                session,
                parsed.GetValue(quiet) || parsed.GetValue(json),
                view => outcome = AttackRun.Run(request, path, isRounded, session.Clock, view, session.Interrupted)
            );
            var summary = AttackSummary.Of(request, outcome!, [.. model.Notes, .. outcome!.Notices], path);
            if (parsed.GetValue(json))
            {
                session.Line(JsonText.Write(summary).TrimEnd());
            }
            else
            {
                Print(session, summary, threat.Goal.IsTargeted ? "clean errors that reach the goal" : "clean errors");
            }
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static Option<int?> NewRound()
    {
        const int Bits = 8;
        var option = new Option<int?>("--round")
        {
            Description = "8: save the points as 8-bit values too, rounded inside ball and box and judged again.",
        };
        option.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int?>() is { } found and not Bits)
            {
                r.AddError($"--round: found {found}, expected {Bits}, the bits of a value.");
            }
        });
        return option;
    }

    private static void Print(Session session, AttackSummary summary, string included)
    {
        foreach (var note in summary.Notes)
        {
            session.Line($"Note: {note}");
        }
        session.Line(
            $"{summary.Broken} of {summary.Examples} examples broken under {summary.Threat} by {summary.Attack} ({included} included); points in {summary.Points}."
        );
        if (summary.Rounded is not { } rounded)
        {
            return;
        }
        session.Line(
            $"As 8-bit values, rounded inside ball and box and judged again: {rounded.Broken} of {summary.Examples}."
        );
        if (rounded.Between > 0)
        {
            session.Line(
                $"Warning: {rounded.Between} of {summary.Examples} clean inputs are no 8-bit values themselves, so rounding also moves what the attack left alone; {rounded.Outside} rounded points lie outside the ball and count as not broken."
            );
        }
    }
}
