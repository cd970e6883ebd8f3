using System.CommandLine;
using Temper.Models.Passes;
using Temper.Numerics;
using Temper.Runs;
using Temper.Threats;
using Temper.Workflow;

namespace Temper.Cli.Commands;

/// <summary><c>temper evaluate MODEL</c></summary>
internal static class EvaluateCommand
{
    public static Command Create(Session session)
    {
        var options = new ModelOptions("fgsm,pgd,pgd-margin");
        var output = CommonOptions.Out("Folder for the evidence and the report; runs/evaluate-MODEL when absent.");
        var limit = CommonOptions.Limit();
        var sample = new Option<int?>("--sample") { Description = "Take a seeded random subset of N test examples." };
        var curve = new Option<int>("--curve")
        {
            Description =
                "Measure accuracy against ε on N random examples (nine budgets up to twice ε, the last attack); 0 for none.",
            DefaultValueFactory = _ => 0,
        };
        curve.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() is var found and < 0)
            {
                r.AddError($"--curve: found {found}, expected a number of examples, from 0.");
            }
        });
        var protocol = new Option<string?>("--protocol")
        {
            Description =
                "A fixed way to evaluate: quick (probes on 256 random examples), standard (AutoAttack, probes, unseen threats: the least a claim needs) or full; takes the place of --attack.",
        }.Offering(() => [.. Protocol.All.Select(p => p.Name)]);
        var unseen = new Option<int?>("--unseen")
        {
            Description =
                "Measure threats outside the threat model on N random examples: other norms, larger budgets, rotations, patches, corruptions; 0 for none; when absent, what the protocol says.",
        };
        unseen.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int?>() is { } found and < 0)
            {
                r.AddError($"--unseen: found {found}, expected a number of examples, from 0.");
            }
        });
        var surrogates = new Option<string[]>("--surrogate")
        {
            Description =
                "Another network, a run's folder or a model file with gradients: its points are submitted to the model, and who breaks whom is tabled; may be given several times. Protocol full trains two where none is named.",
            DefaultValueFactory = _ => [],
        };
        var stated = new Option<string?>("--stated-clean")
        {
            Description =
                "The clean accuracy that the model's author states: 98.64%, 0.9864 or 9864/10000; the measured one is held against it.",
        };
        var certify = new Option<string>("--certify")
        {
            Description =
                "Also certify the examples, for the lower end of the bracket: none, ibp (intervals), crown (linear bounds), alpha-crown (optimised ones), or auto: ibp, then crown where that can pay, under the protocols standard and full.",
            DefaultValueFactory = _ => "auto",
        }.Offering(() => [.. CertificationChoice.Names]);
        var (resume, quiet, json) = (CommonOptions.Resume(), CommonOptions.Quiet(), CommonOptions.Json());
        var claim = CommonOptions.RequireClaim();
        var command = new Command("evaluate", "Attack a model on test data, keep the evidence, write the report.")
        {
            output,
            limit,
            sample,
            curve,
            protocol,
            unseen,
            surrogates,
            stated,
            certify,
            resume,
            quiet,
            json,
            claim,
        };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var threat = ThreatModel.Parse(parsed.GetValue(options.Threat)!);
            var followed = parsed.GetValue(protocol) is { } name ? Protocol.Find(name) : null;
            var certified = CertificationChoice.Find(parsed.GetValue(certify)!);
            var clean = parsed.GetValue(stated) is { } share ? StatedClean.Parse(share) : null;
            var attacks = options.ResolveAttacks(parsed, threat, followed?.Attacks);
            var passes = PassSettings.Parse(parsed.GetValue(options.Passes)!);
            var set = options.LoadData(parsed);
            threat = options.Masked(parsed, threat, set);
            var run = "evaluate-" + Path.GetFileNameWithoutExtension(Path.GetFullPath(parsed.GetValue(options.Model)!));
            var going = parsed.GetValue(resume);
            var folder =
                parsed.GetValue(output) ?? (going ? RunFolder.Newest("runs", run) : RunFolder.Fresh("runs", run));
            var asked = parsed.GetValue(options.Threads);
            var threads = Libtorch.Load(going && asked == 0 ? RunFolder.ThreadsOf(folder) : asked);
            using var model = options.OpenModel(parsed, set);
            var others = new List<ModelFile>();
            using var open = new Opened(others);
            foreach (var path in parsed.GetValue(surrogates)!)
            {
                others.Add(ModelFile.Open(path, model.Classifier.Input, model.Classifier.Classes));
            }
            var request = new EvaluationRequest
            {
                Model = model,
                Set = set,
                Threat = threat,
                Attacks = attacks,
                Protocol = followed,
                Surrogates = others,
                Limit = parsed.GetValue(limit),
                Sample =
                    parsed.GetValue(sample) ?? (parsed.GetValue(limit) is null ? followed?.SampleOf(set.Count) : null),
                Block = parsed.GetValue(options.Block),
                Seed = parsed.GetValue(options.Seed),
                Threads = threads,
                Passes = passes,
                Folder = folder,
                Curve = new CurveConfig { Examples = parsed.GetValue(curve) },
                Unseen = parsed.GetValue(unseen) ?? followed?.Unseen,
                Certify = certified,
                StatedClean = clean,
                TrainingSplit =
                    followed is { TrainsSurrogates: true } && others.Count == 0
                        ? EvaluationData.LoadTraining(
                            parsed.GetValue(options.Data),
                            parsed.GetValue(options.Model)!,
                            parsed.GetValue(options.DataDir)
                        )
                        : null,
                Overlap = EvaluationData.Overlap(
                    parsed.GetValue(options.Model)!,
                    set,
                    parsed.GetValue(options.DataDir)
                ),
                Resume = going,
            };
            RunView.Show(
                session,
                parsed.GetValue(quiet) || parsed.GetValue(json),
                view => EvaluationRun.Run(request, session.Clock, view, session.Interrupted)
            );
            return Outcome.Print(session, folder, parsed.GetValue(json), parsed.GetValue(claim));
        });
        return command;
    }

    /// <summary>Closes what was opened, though another may not open.</summary>
    private sealed class Opened(List<ModelFile> files) : IDisposable
    {
        public void Dispose() => files.ForEach(file => file.Dispose());
    }
}
