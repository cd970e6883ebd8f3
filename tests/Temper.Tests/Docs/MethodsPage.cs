using System.Globalization;
using System.Reflection;
using System.Text;
using Temper.Runs;
using Temper.Training;

namespace Temper.Tests.Docs;

/// <summary>docs/methods.md: every training method with its loss, cost, use and measured row, made from the catalogue and a sweep's file.</summary>
internal static class MethodsPage
{
    /// <summary>What stands where nothing was measured.</summary>
    public const string NotMeasured = "not measured";

    private const string Introduction = """
        What each training method minimises, what it costs, when it is worth that, and what came of it here. The options of each are in
        [the reference](reference/methods.md); `temper methods show pgd` prints the same; [sweeps](sweeps.md) compare them on your own data.

        **Notation.** f are the scores, p = softmax f, x a clean input with label y, x′ a crafted one. The ball holds what the threat allows around
        x, the box of inputs included, and Π moves a point into it. CE is the cross-entropy, KL(a ‖ b) = Σ a log(a/b). ∇ is the gradient for the
        input, U a uniform and N a normal draw. Losses are for one example; a step takes their mean over a batch of B examples of C classes.

        **Cost** is what a step takes for each example of its batch, with the defaults: forward passes (F) and passes back (B); plain training takes
        1 F + 1 B. `temper bench methods` [measures](benchmarks.md#training-methods) what that means in time.

        **Published figures** are expectations, from other networks and more epochs, and by other people's code. They say how methods stood to
        each other there.

        """;

    /// <summary>The page.</summary>
    /// <param name="table">What was measured.</param>
    public static string Of(NewcomersTable table)
    {
        var page = new StringBuilder($"# Choosing a training method\n\n{GeneratedPages.Notice}\n")
            .Append(Introduction.Replace("\r", ""))
            .Append("\n## Measured\n\n")
            .Append(Measured(table));
        page.Append("\n## Methods\n");
        foreach (var info in Catalogue.Of<Objective>())
        {
            page.Append(Method(info, table));
        }
        page.Append(
            "\n## Settings that compose with any method\n\nKeys of a [recipe](recipes.md); `temper methods show training.ema` prints one.\n"
        );
        foreach (var setting in GuidedSetting.All)
        {
            page.Append(Setting(setting, table));
        }
        return page.ToString();
    }

    private static string Measured(NewcomersTable table)
    {
        if (table.Conditions is null)
        {
            return "The table of all methods at one budget of passes was not measured yet.\n";
        }
        var text = new StringBuilder(
            $"One network, one budget of passes: {table.Conditions}. From {string.Join(" and ", NewcomersTable.Files.Select(f => $"[{f}](evidence/newcomers-table/{f})"))}, best worst case first; "
                + "over several seeds the mean ± standard deviation. A row of one seed says little: differences of a point or two are noise.\n\n"
                + "| method | × plain training | epochs | seeds | clean % | worst case % |\n|---|---|---|---|---|---|\n"
        );
        foreach (var row in table.Rows)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| `{row.Label}` | {row.Multiple:0.#} | {row.Epochs} | {row.Worst.Count} | {row.CleanWords} | {row.WorstWords} |\n"
            );
        }
        return text.ToString();
    }

    private static string Method(ComponentInfo info, NewcomersTable table)
    {
        var guidance = Of(info);
        var own = table.Rows.Where(row => row.Method == info.Id).ToList();
        // What was measured with settings alone, as an ε that grows, belongs to the method.
        var rows = own.Exists(IsPlain) ? own.Where(IsPlain) : own;
        return $"""

            ### {info.Id}

            {info.Title}.

            ```text
            {guidance.Formula}
            ```

            - Cost: {GeneratedPages.Cost(info)}
            - When: {guidance.When}
            - When not: {guidance.WhenNot}
            - Measured: {Rows(rows)}
            - Source: {info.Source}. [Options](reference/methods.md#{info.Id})

            """.Replace("\r", "");
    }

    private static string Setting(GuidedSetting setting, NewcomersTable table)
    {
        var guidance = setting.Guidance;
        var plain = table.Rows.Where(IsPlain).ToList();
        var rows = table
            .Rows.Where(row => row.Settings.Contains(setting) && plain.Exists(p => p.Method == row.Method))
            .ToList();
        // Beside what it is to be held against.
        var alone = plain.Where(row => rows.Exists(r => r.Method == row.Method));
        return $"""

            ### {setting.Key}

            {Sentence(setting.Summary)}.

            ```text
            {guidance.Formula}
            ```

            - Cost: {guidance.Cost ?? "none beside the method's"}
            - When: {guidance.When}
            - When not: {guidance.WhenNot}
            - Measured: {Rows([.. rows, .. alone])}
            - Source: {guidance.Source ?? "usage"}

            """.Replace("\r", "");
    }

    /// <summary>What a method says about itself.</summary>
    public static GuidanceAttribute Of(ComponentInfo info) =>
        info.Type.GetCustomAttribute<GuidanceAttribute>()
        ?? throw new InvalidOperationException($"{info.Id} does not say what it minimises, and when to use it.");

    /// <summary>With a capital, where it does not begin with a symbol.</summary>
    private static string Sentence(string text) =>
        char.IsAscii(text[0]) ? char.ToUpperInvariant(text[0]) + text[1..] : text;

    private static bool IsPlain(NewcomersTable.Row row) => !row.Settings.Any();

    private static string Rows(IEnumerable<NewcomersTable.Row> rows)
    {
        string[] words =
        [
            .. rows.Select(row =>
                $"`{row.Label}` clean {row.CleanWords} %, worst case {row.WorstWords} % ({row.Epochs} epochs, {row.Worst.Count} {(row.Worst.Count == 1 ? "seed" : "seeds")})"
            ),
        ];
        return words.Length == 0 ? NotMeasured : string.Join("; ", words);
    }
}
