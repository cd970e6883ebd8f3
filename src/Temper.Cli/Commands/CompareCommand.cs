using System.CommandLine;
using Spectre.Console;
using Temper.Reports;

namespace Temper.Cli.Commands;

/// <summary><c>temper compare A B…</c></summary>
internal static class CompareCommand
{
    private const int MostFolders = 100;

    public static Command Create(Session session)
    {
        var folders = new Argument<string[]>("folders")
        {
            Description = "The folders of two runs or more.",
            Arity = new ArgumentArity(2, MostFolders),
        };
        var output = CommonOptions.Out("Write the comparison as a page, such as compare.html.");
        var json = CommonOptions.Json();
        var command = new Command(
            "compare",
            "Put runs side by side, and say where they did not measure the same; needs no model."
        )
        {
            folders,
            output,
            json,
        };
        command.SetAction(parsed =>
        {
            var comparison = Comparison.Read(parsed.GetValue(folders)!);
            var page = parsed.GetValue(output);
            if (page is not null)
            {
                comparison.WriteHtml(page);
            }
            if (parsed.GetValue(json))
            {
                session.Line(Serialization.JsonText.Write(comparison.ToJson()).TrimEnd());
                return;
            }
            Print(session, comparison);
            if (page is not null)
            {
                session.Line($"Page: {Path.GetFullPath(page)}");
            }
        });
        return command;
    }

    /// <summary>Prints the table, the tests, and what they do not say.</summary>
    public static void Print(Session session, Comparison comparison)
    {
        foreach (var problem in comparison.Problems)
        {
            session.Line($"Not comparable: {problem}");
        }
        session.Console.Write(Grid(comparison));
        foreach (var test in comparison.Tests)
        {
            session.Line(test);
        }
        session.Line(
            "Worst cases are upper bounds; upper limits are one-sided, 97.5 %, and cover the drawing of examples only."
        );
    }

    /// <summary>A row per figure and a column per run: names and attacks fit a terminal better that way.</summary>
    private static Table Grid(Comparison comparison)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("");
        foreach (var run in comparison.Runs)
        {
            table.AddColumn(Markup.Escape(run.Name));
        }
        var cells = comparison.Runs.Select(run => ComparisonTable.Cells(comparison, run)).ToList();
        var columns = ComparisonTable.Columns(comparison);
        for (var row = 0; row < columns.Count; row++)
        {
            table.AddRow([Markup.Escape(columns[row].Name), .. cells.Select(c => Markup.Escape(c[row]))]);
        }
        return table;
    }
}
