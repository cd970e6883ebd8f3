using System.CommandLine;
using Temper.Numerics;
using Temper.Runs;
using Temper.Workflow;

namespace Temper.Cli.Commands;

/// <summary><c>temper train RECIPE</c></summary>
internal static class TrainCommand
{
    public static Command Create(Session session)
    {
        var recipe = new Argument<string>("recipe")
        {
            Description = "A shipped recipe (see 'temper recipes list') or a .yaml file.",
        }.OfferingRecipes();
        var set = CommonOptions.Set("Set a field of the recipe: training.epochs=3, attack.pgd.steps=50.");
        var seed = new Option<ulong?>("--seed") { Description = "The root seed; the recipe's when absent." };
        var from = new Option<string?>("--from")
        {
            Description = "Start from the weights of a model: a run's folder or a file (.safetensors, .pt, .onnx).",
        };
        var output = CommonOptions.Out("Folder of the run; runs/NAME when absent.");
        var (resume, quiet, json) = (CommonOptions.Resume(), CommonOptions.Quiet(), CommonOptions.Json());
        var (dataDir, device, limit) = (CommonOptions.DataDir(), CommonOptions.Device(), CommonOptions.Limit());
        var claim = CommonOptions.RequireClaim();
        var threadCount = CommonOptions.Threads();
        var command = new Command(
            "train",
            "Train by a recipe, evaluate the best weights on test data, write the report."
        )
        {
            recipe,
            set,
            seed,
            from,
            output,
            resume,
            quiet,
            json,
            dataDir,
            device,
            threadCount,
            limit,
            claim,
        };
        command.SetAction(parsed =>
        {
            var sets = parsed.GetValue(set)!.ToList();
            if (parsed.GetValue(seed) is { } root)
            {
                sets.Add($"seed={root}");
            }
            var config = ConfigReader.Apply(RecipeSource.Read(parsed.GetValue(recipe)!), sets, out var overrides);
            if (parsed.GetValue(from) is { } start)
            {
                config = config with { Training = config.Training with { From = start } };
            }
            var going = parsed.GetValue(resume);
            var folder =
                parsed.GetValue(output)
                ?? (going ? RunFolder.Newest("runs", config.Name) : RunFolder.Fresh("runs", config.Name));
            var asked = parsed.GetValue(threadCount) > 0 ? parsed.GetValue(threadCount) : config.Threads;
            var threads = going && asked == 0 ? RunFolder.ThreadsOf(folder) : asked;
            var request = new TrainingRequest
            {
                Config = config,
                AttackOverrides = overrides,
                Folder = folder,
                DataFolder = parsed.GetValue(dataDir),
                Resume = going,
                Limit = parsed.GetValue(limit),
                Threads = threads > 0 ? threads : NativeEnvironment.CpuCores,
                Device = parsed.GetValue(device)!,
            };
            var run = new TrainingRun(request, session.Clock);
            run.Prepare();
            Libtorch.Load(request.Threads);
            RunView.Show(
                session,
                parsed.GetValue(quiet) || parsed.GetValue(json),
                view => run.Run(view, view, session.Interrupted)
            );
            return Outcome.Print(session, folder, parsed.GetValue(json), parsed.GetValue(claim));
        });
        return command;
    }
}
