using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Temper.Runs;
using Temper.Training;

namespace Temper.Tests.Docs;

/// <summary>docs/methods.md holds every method, and of figures those of the sweep's file and no others.</summary>
public sealed partial class MethodsPageTests
{
    private static readonly string Page = Repository.Read("docs/methods.md");

    [Fact]
    public void Every_method_and_setting_has_a_section_with_all_its_parts()
    {
        string[] ids = [.. Catalogue.Of<Objective>().Select(o => o.Id), .. GuidedSetting.All.Select(s => s.Key)];
        Assert.Contains("training.awp", ids);
        Assert.Contains("training.ema", ids);
        foreach (var id in ids)
        {
            var section = MarkdownText.Section(Page, id);
            Assert.False(string.IsNullOrWhiteSpace(Assert.Single(MarkdownText.Blocks(section)).Text), id);
            Assert.All(
                (string[])["Cost", "When", "When not", "Measured", "Source"],
                part => Assert.Matches($"(?m)^- {part}: \\S", section)
            );
        }
    }

    /// <summary>Read from page and file each by itself.</summary>
    [Fact]
    public void Figures_are_those_of_the_file()
    {
        var shown = Figures().Matches(Page);
        var runs = NewcomersTable
            .Files.SelectMany(f => JsonNode.Parse(Repository.Read($"{NewcomersTable.Folder}/{f}"))!["runs"]!.AsArray())
            .DistinctBy(r => (string)r!["name"]!)
            .ToList();
        Assert.Equal(runs.Count == 0, shown.Count == 0);
        foreach (var match in shown.Cast<Match>())
        {
            var own = runs.Where(r => (string)r!["training"]!["recipe"]! == match.Groups["label"].Value).ToList();
            Assert.Equal(own.Count, int.Parse(match.Groups["seeds"].Value, CultureInfo.InvariantCulture));
            Assert.All(own, r => Assert.Equal(match.Groups["epochs"].Value, r!["training"]!["epochs"]!.ToString()));
            Same("clean", match.Groups["clean"].Value);
            Same("worstCase", match.Groups["worst"].Value);

            void Same(string what, string words)
            {
                var rates = own.Select(r =>
                    100.0 * (int)r![what]![what == "clean" ? "correct" : "robust"]! / (int)r[what]!["n"]!
                );
                Assert.Equal(rates.Average(), double.Parse(words.Split(' ')[0], CultureInfo.InvariantCulture), 0.0501);
            }
        }
    }

    [Fact]
    public void Rows_are_means_over_seeds_and_those_with_a_setting_belong_to_it()
    {
        var table = NewcomersTable.Parse(
            Sample(
                ("fast", "fast", 0, 80, 50),
                ("pgd", "pgd", 0, 80, 60),
                ("pgd", "pgd", 1, 84, 61),
                ("pgd", "pgd", 2, 82, 65),
                ("pgd_training.awp.gamma_0.01", "pgd", 0, 79, 66),
                ("trades_beta_3", "trades", 0, 78, 64)
            ),
            Sample(("pgd", "pgd", 0, 80, 60), ("ibp_training.epsilon-warmup_5", "ibp", 0, 60, 40))
        );
        Assert.Equal(
            ["pgd_training.awp.gamma_0.01", "trades_beta_3", "pgd", "fast", "ibp_training.epsilon-warmup_5"],
            table.Rows.Select(r => r.Label)
        );
        // 60, 61, 65: mean 62, squared distances 4 + 1 + 9, over two.
        Assert.Equal(("82.0 ± 2.0", "62.0 ± 2.6"), (table.Rows[2].CleanWords, table.Rows[2].WorstWords));
        var page = MethodsPage.Of(table);
        Assert.Contains("| `pgd` | 2.3 | 4 | 3 | 82.0 ± 2.0 | 62.0 ± 2.6 |\n", page, StringComparison.Ordinal);
        Assert.Contains(
            "- Measured: `pgd` clean 82.0 ± 2.0 %, worst case 62.0 ± 2.6 % (4 epochs, 3 seeds)\n",
            MarkdownText.Section(page, "pgd"),
            StringComparison.Ordinal
        );
        Assert.Contains("`trades_beta_3` clean 78.0 %", MarkdownText.Section(page, "trades"), StringComparison.Ordinal);
        // Nothing without the setting stands beside it.
        Assert.Contains(
            "`ibp_training.epsilon-warmup_5` clean 60.0 %",
            MarkdownText.Section(page, "ibp"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            $"- Measured: {MethodsPage.NotMeasured}\n",
            MarkdownText.Section(page, "training.epsilon-warmup"),
            StringComparison.Ordinal
        );
        var awp = MarkdownText.Section(page, "training.awp");
        Assert.Contains("`pgd_training.awp.gamma_0.01` clean 79.0 %, worst case 66.0 %", awp, StringComparison.Ordinal);
        Assert.Contains("; `pgd` clean 82.0", awp, StringComparison.Ordinal);
        Assert.Contains(
            $"- Measured: {MethodsPage.NotMeasured}\n",
            MarkdownText.Section(page, "mart"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            $"- Measured: {MethodsPage.NotMeasured}\n",
            MarkdownText.Section(page, "training.ema"),
            StringComparison.Ordinal
        );
    }

    private static string Sample(params (string Label, string Method, int Seed, int Clean, int Robust)[] runs) =>
        new JsonObject
        {
            ["comparable"] = true,
            ["runs"] = new JsonArray([
                .. runs.Select(run =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["name"] = $"{run.Label}-seed-{run.Seed}",
                            ["data"] = new JsonObject
                            {
                                ["name"] = "d",
                                ["n"] = 100,
                                ["split"] = "held out",
                            },
                            ["threat"] = new JsonObject { ["text"] = "linf:0.1" },
                            ["attacks"] = new JsonArray("a"),
                            ["clean"] = new JsonObject { ["rate"] = run.Clean / 100.0 },
                            ["worstCase"] = new JsonObject { ["rate"] = run.Robust / 100.0 },
                            ["cost"] = new JsonObject
                            {
                                ["training"] = new JsonObject
                                {
                                    ["forwards"] = 50,
                                    ["backwards"] = 40,
                                    ["standardForwards"] = 20,
                                    ["standardBackwards"] = 20,
                                },
                            },
                            ["training"] = new JsonObject
                            {
                                ["recipe"] = run.Label,
                                ["objective"] = run.Method,
                                ["epochs"] = 4,
                                ["seed"] = run.Seed,
                            },
                        }
                ),
            ]),
        }.ToJsonString();

    [GeneratedRegex(
        "`(?<label>[^`]+)` clean (?<clean>[0-9.]+( ± [0-9.]+)?) %, worst case (?<worst>[0-9.]+( ± [0-9.]+)?) % \\((?<epochs>[0-9]+) epochs, (?<seeds>[0-9]+) seeds?\\)"
    )]
    private static partial Regex Figures();
}
