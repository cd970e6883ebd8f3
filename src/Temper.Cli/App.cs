using System.CommandLine;
using Spectre.Console;
using Temper.Cli.Commands;
using Temper.Errors;
using Temper.Onnx;
using Temper.Runs;
using Temper.Serialization;
using Temper.Workflow;

namespace Temper.Cli;

/// <summary>The command line: parsing, exit codes, interruption. What the commands do lives in the library.</summary>
internal static class App
{
    public static int Run(string[] args, TimeProvider clock, IAnsiConsole? console = null, TextWriter? error = null)
    {
        error ??= Console.Error;
        FileSizeSignal.TurnIntoError();
        Catalogue.AddOwn(typeof(OnnxFormat).Assembly);
        using var interruption = new Interruption();
        var session = new Session(console ?? AnsiConsole.Console, clock, interruption.Token);
        var parsed = Root(session).Parse(args);
        // A shell asks about words that are not finished, so errors are to be expected.
        var suggests = args.Length > 0 && args[0].StartsWith("[suggest", StringComparison.Ordinal);
        if (parsed.Errors.Count > 0 && !suggests)
        {
            error.WriteLine(
                $"temper: {string.Join(' ', parsed.Errors.Select(e => Line(e.Message)))} See 'temper --help'."
            );
            return (int)ExitCode.Usage;
        }
        try
        {
            foreach (var path in parsed.GetValue<string[]>(CommonOptions.PluginName) ?? [])
            {
                Plugins.Load(path);
            }
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (TemperException e)
        {
            error.WriteLine($"temper: {Line(e.Message)}");
            return (int)e.ExitCode;
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("temper: interrupted; run the same command with --resume to go on.");
            return (int)ExitCode.Interrupted;
        }
        catch (Exception e) when (WriteFailure.Is(e))
        {
            error.WriteLine($"temper: {Line(WriteFailure.Explain(e))}");
            return (int)ExitCode.RunFailed;
        }
    }

    /// <summary>A message as one line, whatever text of files or of the system it quotes.</summary>
    private static string Line(string message) =>
        string.Join(
            ' ',
            message.Split(['\r', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        );

    internal static RootCommand Root(Session session) =>
        new("Trains neural networks to withstand a stated threat model, and measures how far they do.")
        {
            TrainCommand.Create(session),
            SweepCommand.Create(session),
            EvaluateCommand.Create(session),
            AttackCommand.Create(session),
            CertifyCommand.Create(session),
            ExportCommand.Create(session),
            ReportCommand.Create(session),
            CompareCommand.Create(session),
            ClaimCommand.Create(session),
            CatalogueCommands.Attacks(session),
            CatalogueCommands.Methods(session),
            CatalogueCommands.Models(session),
            CatalogueCommands.Findings(session),
            RecipesCommand.Create(session),
            DataCommand.Create(session),
            BenchCommand.Create(session),
            DoctorCommand.Create(session),
            SchemaCommand.Create(session),
            CommonOptions.Plugin(),
            CompletionsCommand.Create(session),
        };
}
