using System.CommandLine;
using Temper.Errors;
using Temper.Models.Passes;
using Temper.Numerics;
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
            Description = "The safetensors file for the points (float32).",
            Required = true,
        };
        var limit = CommonOptions.Limit();
        var sample = new Option<int?>("--sample") { Description = "Take a seeded random subset of N test examples." };
        var quiet = CommonOptions.Quiet();
        var command = new Command("attack", "Run one attack and save the perturbed inputs.")
        {
            output,
            limit,
            sample,
            quiet,
        };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var threat = ThreatModel.Parse(parsed.GetValue(options.Threat)!);
            var attacks = options.ResolveAttacks(parsed);
            if (attacks.Count != 1)
            {
                throw new UsageException(
                    $"--attack: found {attacks.Count} attacks, expected one; 'temper evaluate' runs several."
                );
            }
            var passes = PassSettings.Parse(parsed.GetValue(options.Passes)!);
            var set = options.LoadData(parsed);
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
            var (broken, total) = (0, 0);
            RunView.Show(
                session,
                parsed.GetValue(quiet),
                view => (broken, total) = AttackRun.Run(request, parsed.GetValue(output)!, view, session.Interrupted)
            );
            foreach (var note in model.Notes)
            {
                session.Line($"Note: {note}");
            }
            var included = threat.Goal.IsTargeted ? "clean errors that reach the goal" : "clean errors";
            session.Line(
                $"{broken} of {total} examples broken under {threat.Text} by {attacks[0].Name} ({included} included); points in {parsed.GetValue(output)}."
            );
            return (int)ExitCode.Done;
        });
        return command;
    }
}
