using System.CommandLine;
using System.CommandLine.Completions;
using Temper.Bench;
using Temper.Errors;
using Temper.Numerics;
using Temper.Serialization;
using Temper.Workflow;

namespace Temper.Cli.Commands;

/// <summary><c>temper bench</c></summary>
internal static class BenchCommand
{
    public static Command Create(Session session)
    {
        var networks = List(
            "--networks",
            "Networks to measure, with commas between; all when absent",
            BenchNetwork.Names
        );
        var methods = List("--methods", "Methods to measure, with commas between; all when absent", BenchMethod.Names);
        var runs = new Option<int>("--runs")
        {
            Description = "Paired runs of each row; medians are shown.",
            DefaultValueFactory = _ => new BenchRequest().Runs,
        };
        var batch = new Option<int?>("--batch")
        {
            Description = "Batch size of every row; each network's own when absent.",
        };
        var growth = new Option<bool>("--growth")
        {
            Description = "Measure as well how the time of an attack grows with batch, steps and examples.",
        };
        var output = CommonOptions.Out("Write the measurements as JSON, row by row as they come.");
        var against = new Option<string?>("--against") { Description = "Compare with a file of an earlier --out." };
        var tune = new Option<string?>("--tune")
        {
            Description =
                "Measure instead every way to the input gradient of the networks' convolutions, and write the table of the fastest.",
        };
        var threads = CommonOptions.Threads();
        var json = CommonOptions.Json();
        var command = new Command(
            "bench",
            "Measure attacks and training steps against the same passes done bare, and against this machine's matrix product."
        )
        {
            networks,
            methods,
            runs,
            batch,
            growth,
            output,
            against,
            tune,
            threads,
            json,
            BenchMethodsCommand.Create(session),
        };
        command.SetAction(parsed =>
        {
            var request = new BenchRequest
            {
                Networks = Words(parsed.GetValue(networks)),
                Methods = Words(parsed.GetValue(methods)),
                Runs = parsed.GetValue(runs),
                Batch = parsed.GetValue(batch),
                Growth = parsed.GetValue(growth),
                Out = parsed.GetValue(output),
                Against = parsed.GetValue(against),
            };
            // What is wrong with the words is said before the native library is loaded.
            _ = request.Cases();
            request = request with { Threads = Libtorch.Load(parsed.GetValue(threads)) };
            return parsed.GetValue(tune) is { } path
                ? Tune(session, request, path)
                : Run(session, request, parsed.GetValue(json));
        });
        return command;
    }

    private static int Run(Session session, BenchRequest request, bool json)
    {
        var run = new BenchRun(request, EnvironmentCard.Read(), session.Clock.GetUtcNow());
        var view = new BenchView(session);
        if (!json)
        {
            view.Announce(request, run.Cases);
        }
        var file = run.Run(json ? null : view.Row, session.Interrupted);
        if (json)
        {
            session.Line(JsonText.Write(file).TrimEnd());
        }
        else
        {
            view.Show(file, request.Out);
        }
        if (!session.Interrupted.IsCancellationRequested)
        {
            return (int)ExitCode.Done;
        }
        if (!json)
        {
            session.Line($"Interrupted: {file.Rows.Count} of {run.Cases.Count} rows are measured.");
        }
        return (int)ExitCode.Interrupted;
    }

    private static int Tune(Session session, BenchRequest request, string path)
    {
        var networks = request.Cases().Select(c => c.Network).Distinct();
        var table = ConvTuning.Table(
            networks,
            EnvironmentCard.Read(),
            request.Threads,
            session.Line,
            session.Interrupted
        );
        AtomicFile.WriteText(path, table);
        session.Line($"Table: {path}");
        return (int)ExitCode.Done;
    }

    private static Option<string?> List(string name, string what, IReadOnlyList<string> names)
    {
        var option = new Option<string?>(name) { Description = $"{what}: {string.Join(", ", names)}." };
        option.CompletionSources.Add(context =>
        {
            var written = context.WordToComplete;
            var before = written[..(written.LastIndexOf(',') + 1)];
            return names.Except(before.Split(',')).Select(n => new CompletionItem(before + n));
        });
        return option;
    }

    private static string[]? Words(string? list) => list?.Split(',', StringSplitOptions.TrimEntries);
}
