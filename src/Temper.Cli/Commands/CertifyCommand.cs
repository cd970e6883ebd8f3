using System.CommandLine;
using Temper.Errors;
using Temper.Models.Passes;
using Temper.Numerics;
using Temper.Reports;
using Temper.Threats;
using Temper.Workflow;

namespace Temper.Cli.Commands;

/// <summary><c>temper certify MODEL</c></summary>
internal static class CertifyCommand
{
    private const int MostSeconds = 100_000;

    public static Command Create(Session session)
    {
        var options = new ModelOptions("pgd-margin");
        var output = CommonOptions.Out("Folder for the evidence; runs/certify-MODEL when absent.");
        var limit = CommonOptions.Limit();
        var sample = new Option<int?>("--sample") { Description = "Take a seeded random subset of N test examples." };
        var method = new Option<string>("--method")
        {
            Description =
                "How bounds are found: ibp (intervals), crown (linear bounds), alpha-crown (optimised ones) or complete (branch and bound); or smoothing, which certifies the smoothed classifier instead (l2 alone).",
            DefaultValueFactory = _ => "crown",
        }.Offering(() => [.. CertificationRun.MethodNames, SmoothingRun.Name]);
        var seconds = NewSeconds();
        var smoothing = new SmoothingSwitches();
        var (resume, quiet, json) = (CommonOptions.Resume(), CommonOptions.Quiet(), CommonOptions.Json());
        var command = new Command("certify", "Prove examples robust, or break them, and keep the certificates.")
        {
            output,
            limit,
            sample,
            method,
            seconds,
            resume,
            quiet,
            json,
        };
        smoothing.AddTo(command);
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var threat = ThreatModel.Parse(parsed.GetValue(options.Threat)!);
            var settings = smoothing.Settings(parsed, parsed.GetValue(method)!);
            var how = settings is null ? CertificationRun.Method(parsed.GetValue(method)!) : default;
            var attacks = settings is null ? options.ResolveAttacks(parsed, threat) : [];
            var passes = PassSettings.Parse(parsed.GetValue(options.Passes)!);
            var set = options.LoadData(parsed);
            threat = options.Masked(parsed, threat, set);
            var run = "certify-" + Path.GetFileNameWithoutExtension(Path.GetFullPath(parsed.GetValue(options.Model)!));
            var going = parsed.GetValue(resume);
            var folder =
                parsed.GetValue(output) ?? (going ? RunFolder.Newest("runs", run) : RunFolder.Fresh("runs", run));
            var asked = parsed.GetValue(options.Threads);
            var threads = Libtorch.Load(going && asked == 0 ? RunFolder.ThreadsOf(folder) : asked);
            using var model = options.OpenModel(parsed, set);
            if (settings is not null)
            {
                var work = new SmoothingRequest
                {
                    Model = model,
                    Set = set,
                    Threat = threat,
                    Settings = settings,
                    Limit = parsed.GetValue(limit),
                    Sample = parsed.GetValue(sample),
                    Block = parsed.GetValue(options.Block),
                    Seed = parsed.GetValue(options.Seed),
                    Threads = threads,
                    Folder = folder,
                    Resume = going,
                };
                smoothing.Run(session, work, parsed.GetValue(quiet), parsed.GetValue(json));
                return (int)ExitCode.Done;
            }
            var request = new CertificationRequest
            {
                Model = model,
                Set = set,
                Threat = threat,
                Method = how,
                Attacks = attacks,
                Seconds = parsed.GetValue(seconds),
                Limit = parsed.GetValue(limit),
                Sample = parsed.GetValue(sample),
                Block = parsed.GetValue(options.Block),
                Seed = parsed.GetValue(options.Seed),
                Threads = threads,
                Folder = folder,
                Resume = going,
                Passes = passes,
            };
            CertificationReport? report = null;
            RunView.Show(
                session,
                parsed.GetValue(quiet) || parsed.GetValue(json),
                view => report = CertificationRun.Run(request, session.Clock, view, session.Interrupted)
            );
            CertificationView.Print(session, report!, model.Notes, folder, parsed.GetValue(json));
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static Option<double> NewSeconds()
    {
        var option = new Option<double>("--seconds")
        {
            Description = "The time limit of branch and bound for each example (--method complete).",
            DefaultValueFactory = _ => 60,
        };
        option.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<double>() is var found and not (> 0 and <= MostSeconds))
            {
                r.AddError($"--seconds: found {found}, expected more than 0, up to {MostSeconds}.");
            }
        });
        return option;
    }
}
