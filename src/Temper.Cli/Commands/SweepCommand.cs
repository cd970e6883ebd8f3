using System.CommandLine;
using System.Globalization;
using Temper.Errors;
using Temper.Numerics;
using Temper.Runs;
using Temper.Workflow.Sweeps;

namespace Temper.Cli.Commands;

/// <summary><c>temper sweep RECIPE</c></summary>
internal static class SweepCommand
{
    public static Command Create(Session session)
    {
        var recipe = new Argument<string>("recipe")
        {
            Description = "A shipped recipe (see 'temper recipes list') or a .yaml file.",
        }.OfferingRecipes();
        var methods = new Option<string[]>("--methods")
        {
            Description =
                "Training methods, comma-separated, the one to hold the others against first; settings follow behind slashes: pgd,trades/beta=3,pgd/training.ema=0.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var seeds = new Option<string>("--seeds")
        {
            Description = "Seeds, comma-separated; intervals over seeds need three.",
            DefaultValueFactory = _ => "0",
        };
        var passes = new Option<int?>("--passes")
        {
            Description =
                "Forward and backward passes that training may spend on each of its examples, the same for every method; sets the epochs.",
        };
        var held = new Option<int>("--held-out")
        {
            Description = "Training examples held out of all runs, to measure them on.",
            DefaultValueFactory = _ => 500,
        };
        var test = new Option<bool>("--on-test")
        {
            Description = "Measure on the test split; choose nothing by it afterwards.",
        };
        var set = CommonOptions.Set("Set a field of the recipe, for all runs: training.epochs=3.");
        var output = CommonOptions.Out("Folder of the sweep; runs/sweep-NAME when absent. The same command goes on.");
        var (quiet, json) = (CommonOptions.Quiet(), CommonOptions.Json());
        var (dataDir, device, threads) = (CommonOptions.DataDir(), CommonOptions.Device(), CommonOptions.Threads());
        var command = new Command(
            "sweep",
            "Train a recipe by several methods and seeds, and compare them; finished runs are not repeated."
        )
        {
            recipe,
            methods,
            seeds,
            passes,
            held,
            test,
            set,
            output,
            quiet,
            json,
            dataDir,
            device,
            threads,
        };
        command.SetAction(parsed =>
        {
            var config = ConfigReader.Apply(
                RecipeSource.Read(parsed.GetValue(recipe)!),
                parsed.GetValue(set)!,
                out var overrides
            );
            var folder = parsed.GetValue(output) ?? Path.Combine("runs", $"sweep-{config.Name}");
            var asked = parsed.GetValue(threads) > 0 ? parsed.GetValue(threads) : config.Threads;
            var request = new SweepRequest
            {
                Recipe = config,
                AttackOverrides = overrides,
                Methods = [.. parsed.GetValue(methods)!.SelectMany(SweepMethod.ParseList)],
                Seeds = [.. Parts(parsed.GetValue(seeds)!).Select(Seed)],
                Passes = parsed.GetValue(passes),
                HeldOut = parsed.GetValue(test) ? null : parsed.GetValue(held),
                Folder = folder,
                DataFolder = parsed.GetValue(dataDir),
                Threads = asked > 0 ? asked : NativeEnvironment.CpuCores,
                Device = parsed.GetValue(device)!,
            };
            var sweep = new SweepRun(request, session.Clock);
            var count = sweep.Runs.Count;
            Libtorch.Load(request.Threads);
            SweepOutcome? outcome = null;
            var silent = parsed.GetValue(quiet) || parsed.GetValue(json);
            RunView.Show(
                session,
                silent,
                view =>
                    outcome = sweep.Run(
                        (run, number, done) =>
                        {
                            if (!silent)
                            {
                                session.Line($"{number} of {count}: {run}{(done ? ", finished before" : "")}");
                            }
                        },
                        view,
                        view,
                        session.Interrupted
                    )
            );
            return Print(session, folder, outcome!, parsed.GetValue(json));
        });
        return command;
    }

    private static int Print(Session session, string folder, SweepOutcome outcome, bool json)
    {
        if (json && outcome.Comparison is { } found)
        {
            session.Line(Serialization.JsonText.Write(found.ToJson()).TrimEnd());
        }
        else if (outcome.Comparison is { } comparison)
        {
            CompareCommand.Print(session, comparison);
            session.Line($"Page: {Path.GetFullPath(Path.Combine(folder, SweepRun.Html))}");
        }
        if (outcome.Failures.Count > 0)
        {
            throw new RunFailedException(
                $"{outcome.Failures.Count} runs failed, and the same command tries them again: {string.Join("; ", outcome.Failures.Select(f => $"{f.Run}: {f.Reason}"))}"
            );
        }
        return (int)ExitCode.Done;
    }

    private static string[] Parts(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static ulong Seed(string text) =>
        ulong.TryParse(text, CultureInfo.InvariantCulture, out var seed)
            ? seed
            : throw new UsageException($"--seeds: found '{text}', expected whole numbers from 0, comma-separated.");
}
