using System.CommandLine;
using Spectre.Console;
using Temper.Attacks;
using Temper.Cli;
using Temper.Evaluation.Analysers;
using Temper.Models.Architectures;
using Temper.Runs;
using Temper.Threats;
using Temper.Training;
using Temper.Workflow;

namespace Temper.Tests.Docs;

// What the pages quote must exist: code, commands, recipes, files.
public sealed class QuotedCodeTests
{
    private static readonly string[] Prefixes = ["temper ", "dotnet run -c Release --project src/Temper.Cli -- "];

    public static TheoryData<string> Pages => [.. Repository.Pages];

    [Fact]
    public void The_README_quotes_the_conceptual_loop()
    {
        var sample = Repository.Read("samples/Loop/Program.cs");
        var (start, end) = (sample.IndexOf("// <loop>\n", StringComparison.Ordinal), sample.IndexOf("// </loop>"));
        Assert.True(start >= 0 && end > start);
        var block = Assert.Single(MarkdownText.Blocks(Repository.Read("README.md")), b => b.Language == "csharp");
        Assert.Equal(sample[(start + "// <loop>\n".Length)..end].Trim(), block.Text.Trim());
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Quoted_code_stands_in_a_compiled_file(string page)
    {
        var sources = Repository.Sources().Select(MarkdownText.Flat).ToList();
        foreach (var (_, text) in MarkdownText.Blocks(Repository.Read(page)).Where(b => b.Language == "csharp"))
        {
            Assert.True(
                sources.Exists(s => s.Contains(MarkdownText.Flat(text), StringComparison.Ordinal)),
                $"{page}: no source file holds\n{text}"
            );
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Quoted_recipes_are_valid(string page)
    {
        foreach (var (_, text) in MarkdownText.Blocks(Repository.Read(page)).Where(b => b.Language == "yaml"))
        {
            var config = ConfigReader.Read(text, page);
            _ = ThreatModel.Parse(config.Threat);
            _ = Catalogue.Find<Objective>(config.Training.Objective.Id, "objective");
            _ = Catalogue.Find<Architecture>(config.Model.Id, "architecture");
            Assert.NotEmpty(RequestedAttack.Resolve(config.Evaluation.Attacks, []));
        }
    }

    [Fact]
    public void The_workflow_of_the_claims_page_parses_and_its_commands_exist()
    {
        var block = Assert.Single(MarkdownText.Blocks(Repository.Read("docs/claims.md")), b => b.Language == "yml");
        var stream = new YamlDotNet.RepresentationModel.YamlStream();
        stream.Load(new StringReader(block.Text));
        var steps = stream.Documents[0].RootNode["jobs"]["claim"]["steps"];
        string[] commands =
        [
            .. ((YamlDotNet.RepresentationModel.YamlSequenceNode)steps)
                .Cast<YamlDotNet.RepresentationModel.YamlMappingNode>()
                .Where(s => s.Children.ContainsKey("run"))
                .Select(s => s["run"].ToString())
                .Where(c => c.StartsWith("temper ", StringComparison.Ordinal)),
        ];
        Assert.Equal(3, commands.Length);
        Assert.All(commands, c => Check("docs/claims.md", c["temper ".Length..]));
        Assert.Contains(commands, c => c.EndsWith("--require-claim", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Quoted_commands_parse_and_name_what_exists(string page)
    {
        var text = Repository.Read(page);
        var commands = MarkdownText
            .Blocks(text)
            .Where(b => b.Language.Length == 0)
            .SelectMany(b => b.Text.Split('\n'))
            .Concat(MarkdownText.Spans(text));
        foreach (var line in commands)
        {
            if (Array.Find(Prefixes, p => line.StartsWith(p, StringComparison.Ordinal)) is { } prefix)
            {
                Check(page, line[prefix.Length..].Split(" #")[0].Trim());
            }
        }
    }

    [Theory]
    [InlineData("evaluate model.pt")] // no threat
    [InlineData("evaluate model.pt --threat linf:0.3 --attack gpd")]
    [InlineData("train mnist-linff")]
    [InlineData("train mnist-linf --set training.epoch=3")]
    [InlineData("attacks show nothing")]
    [InlineData("polish")]
    public void A_wrong_command_would_be_found(string command) =>
        Assert.ThrowsAny<Exception>(() => Check("a page", command));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Relative_links_lead_somewhere(string page)
    {
        foreach (var link in MarkdownText.Links(Repository.Read(page)).Where(l => !l.Contains("://")))
        {
            var parts = link.Split('#', 2);
            var target =
                parts[0].Length == 0
                    ? page
                    : Path.GetRelativePath(
                        Repository.Root,
                        Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, parts[0]))
                    );
            Assert.True(Path.Exists(Repository.PathOf(target)), $"{page}: the link {link} leads nowhere");
            if (parts.Length == 2)
            {
                Assert.Contains(parts[1], MarkdownText.Anchors(Repository.Read(target)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void No_page_speaks_of_one_machine(string page)
    {
        var text = Repository.Read(page);
        foreach (var word in (string[])["/root/", "/work/", "/tmp/", "TODO", "nuget.org"])
        {
            Assert.DoesNotContain(word, text, StringComparison.Ordinal);
        }
        Assert.DoesNotContain('\r', text);
    }

    private static void Check(string page, string command)
    {
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var session = new Session(AnsiConsole.Console, TimeProvider.System, CancellationToken.None);
        var parsed = App.Root(session).Parse(words);
        if (parsed.Errors.Count > 0)
        {
            // "temper train" in a sentence names the command and is no line to type.
            var name = string.Join(' ', Names(parsed.CommandResult).Reverse());
            Assert.True(
                name == command && name.Length > 0,
                $"{page}: temper {command}: {string.Join(" ", parsed.Errors.Select(e => e.Message))}"
            );
            return;
        }
        switch (string.Join(' ', Names(parsed.CommandResult).Reverse()))
        {
            case "train":
                var recipe = RecipeSource.Read(parsed.GetValue<string>("recipe")!);
                _ = ConfigReader.Apply(recipe, parsed.GetValue<string[]>("--set")!, out var changes);
                _ = RequestedAttack.Resolve(recipe.Evaluation.Attacks, changes);
                break;
            case "evaluate" or "attack" or "certify":
                _ = ThreatModel.Parse(parsed.GetValue<string>("--threat")!);
                AttackConfig[] attacks =
                [
                    .. parsed.GetValue<string>("--attack")!.Split(',').Select(a => new AttackConfig(a)),
                ];
                var set = ConfigReader.AttackOverrides(parsed.GetValue<string[]>("--set")!);
                _ = RequestedAttack.Resolve(attacks, set);
                if (
                    parsed.GetValue<string?>("--arch") is { } architecture
                    && !architecture.EndsWith(".json", StringComparison.Ordinal)
                )
                {
                    _ = Catalogue.Find<Architecture>(architecture, "architecture");
                }
                break;
            case "attacks show":
                _ = Catalogue.Find<Attack>(parsed.GetValue<string>("attack")!, "attack");
                break;
            case "findings show":
                _ = Catalogue.Find<Analyser>(parsed.GetValue<string>("finding")!, "finding");
                break;
            case "methods show":
                if (GuidedSetting.All.Any(s => s.Key == parsed.GetValue<string>("method")))
                {
                    break;
                }
                _ = Catalogue.Find<Objective>(parsed.GetValue<string>("method")!, "method");
                break;
            case "models show":
                _ = Catalogue.Find<Architecture>(parsed.GetValue<string>("model")!, "model");
                break;
            case "recipes show":
                _ = RecipeSource.Read(parsed.GetValue<string>("recipe")!);
                break;
            default:
                break;
        }
    }

    private static IEnumerable<string> Names(System.CommandLine.Parsing.CommandResult? command)
    {
        for (
            ;
            command is { Command: not RootCommand };
            command = command.Parent as System.CommandLine.Parsing.CommandResult
        )
        {
            yield return command.Command.Name;
        }
    }
}
