using System.CommandLine;
using System.CommandLine.Completions;
using Spectre.Console;
using Temper.Bench.Multiples;
using Temper.Errors;
using Temper.Numerics;
using Temper.Runs;
using Temper.Serialization;
using Temper.Training;
using Temper.Workflow;

namespace Temper.Cli.Commands;

/// <summary><c>temper bench methods</c></summary>
internal static class BenchMethodsCommand
{
    // Paired runs on a quiet machine stay within a quarter of each other.
    private const double Unsteady = 1.5;

    public static Command Create(Session session)
    {
        var methods = new Option<string?>("--methods")
        {
            Description = "Training methods to measure, with commas between; all when absent.",
        };
        methods.CompletionSources.Add(context =>
        {
            var written = context.WordToComplete;
            var before = written[..(written.LastIndexOf(',') + 1)];
            return Catalogue
                .Of<Objective>()
                .Select(info => info.Id)
                .Except(before.Split(','))
                .Select(id => new CompletionItem(before + id));
        });
        var runs = new Option<int>("--runs")
        {
            Description = "Paired runs of each method; medians are shown.",
            DefaultValueFactory = _ => new MultipleRequest().Runs,
        };
        var batch = new Option<int>("--batch")
        {
            Description = "Examples of a step.",
            DefaultValueFactory = _ => new MultipleRequest().Batch,
        };
        var output = CommonOptions.Out("Write the measurements as JSON, row by row as they come.");
        var threads = CommonOptions.Threads();
        var json = CommonOptions.Json();
        var command = new Command(
            "methods",
            "Measure a step of each training method beside one of plain training, and both beside the passes they count."
        )
        {
            methods,
            runs,
            batch,
            output,
            threads,
            json,
        };
        command.SetAction(parsed =>
        {
            var request = new MultipleRequest
            {
                Methods = parsed.GetValue(methods)?.Split(',', StringSplitOptions.TrimEntries),
                Runs = parsed.GetValue(runs),
                Batch = parsed.GetValue(batch),
                Out = parsed.GetValue(output),
            };
            // What is wrong with the words is said before the native library is loaded.
            _ = request.Infos();
            return Run(
                session,
                request with
                {
                    Threads = Libtorch.Load(parsed.GetValue(threads)),
                },
                parsed.GetValue(json)
            );
        });
        return command;
    }

    private static int Run(Session session, MultipleRequest request, bool json)
    {
        var all = request.Infos().Count;
        if (!json)
        {
            session.Line(
                $"{all} methods on {MultipleUnit.Name}, batch {request.Batch}: {request.Runs} paired runs of each, {request.Threads} threads. Nothing else should run on this machine meanwhile."
            );
        }
        var file = new MultipleRun(request, EnvironmentCard.Read(), session.Clock.GetUtcNow()).Run(
            json ? null : row => session.Line(Words(row)),
            session.Interrupted
        );
        if (json)
        {
            session.Line(JsonText.Write(file).TrimEnd());
        }
        else
        {
            Show(session, file, request.Out);
        }
        return (int)(session.Interrupted.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Done);
    }

    private static string Words(MultipleRow row) =>
        $"{row.Method}: {row.Milliseconds:F0} ms a step, {row.Measured:F2} × plain training ({row.Low:F2}–{row.High:F2}), counted {row.Counted:F2}, expected {row.Expected:F2}";

    private static void Show(Session session, MultipleFile file, string? path)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("", c => c.PadLeft(0).PadRight(1).NoWrap());
        foreach (var title in (string[])["F", "B in", "B w", "passes", "counted", "expected", "measured", "beside"])
        {
            table.AddColumn(title, c => c.PadLeft(0).PadRight(1).RightAligned().NoWrap());
        }
        foreach (var row in file.Rows)
        {
            table.AddRow(
                Markup.Escape(row.Method),
                $"{row.Forwards:0.#}",
                $"{row.InputGradients:0.#}",
                $"{row.WeightGradients:0.#}",
                $"{row.Passes:0.0#}",
                $"{row.Counted:F2}",
                $"{row.Expected:F2}",
                $"{row.Measured:F2}",
                $"{row.Beside:+0 %;−0 %;0 %}"
            );
        }
        session.Console.Write(table);
        session.Line(
            "Multiples of a step of plain training: in passes; in operations of the passes counted; in time as single passes add up, and as measured. B in: passes back to the input; B w: to the weights."
        );
        foreach (var row in file.Rows.Where(r => r.High > Unsteady * r.Low))
        {
            session.Line(
                $"{row.Method}: its runs lie far apart; something else ran on this machine meanwhile, measure again."
            );
        }
        if (path is not null)
        {
            session.Line($"Measurements: {Path.GetFullPath(path)}");
        }
    }
}
