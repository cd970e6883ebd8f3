using System.CommandLine;
using Spectre.Console;
using Temper.Cli.Commands;
using Temper.Errors;
using Temper.Serialization;

namespace Temper.Cli;

/// <summary>The command line: parsing, exit codes, interruption. What the commands do lives in the library.</summary>
internal static class App
{
    public static int Run(string[] args, TimeProvider clock, IAnsiConsole? console = null, TextWriter? error = null)
    {
        error ??= Console.Error;
        FileSizeSignal.TurnIntoError();
        using var interruption = new Interruption();
        var session = new Session(console ?? AnsiConsole.Console, clock, interruption.Token);
        var parsed = Root(session).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            error.WriteLine(
                $"temper: {string.Join(' ', parsed.Errors.Select(e => Line(e.Message)))} See 'temper --help'."
            );
            return (int)ExitCode.Usage;
        }
        try
        {
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
            EvaluateCommand.Create(session),
            AttackCommand.Create(session),
            ReportCommand.Create(session),
            CompareCommand.Create(session),
            CatalogueCommands.Attacks(session),
            CatalogueCommands.Methods(session),
            CatalogueCommands.Models(session),
            RecipesCommand.Create(session),
            DoctorCommand.Create(session),
            SchemaCommand.Create(session),
        };
}
