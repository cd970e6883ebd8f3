using System.Text.Json.Nodes;
using System.Xml.Linq;
using Temper.Data;

namespace Temper.Tests.Docs;

public sealed class NoticesTests
{
    [Fact]
    public void Every_package_is_listed_with_its_version()
    {
        var notices = Repository.Read("THIRD-PARTY-NOTICES.md");
        var packages = XDocument
            .Load(Repository.PathOf("Directory.Packages.props"))
            .Descendants("PackageVersion")
            .Select(p => (Name: p.Attribute("Include")!.Value, Version: p.Attribute("Version")!.Value))
            .Concat(
                JsonNode.Parse(Repository.Read(".config/dotnet-tools.json"))!["tools"]!
                    .AsObject()
                    .Select(t => (Name: t.Key, Version: (string)t.Value!["version"]!))
            )
            .ToList();
        Assert.True(packages.Count > 10);
        Assert.All(packages, p => Assert.Contains($"| `{p.Name}` | {p.Version} |", notices, StringComparison.Ordinal));
    }

    [Fact]
    public void The_note_on_MNIST_names_each_file_with_its_hash()
    {
        var note = Repository.Read("data/mnist/README.md");
        foreach (var file in Directory.GetFiles(Repository.PathOf("data/mnist"), "*.gz"))
        {
            var hash = Temper.Serialization.Hashes.Sha256(File.ReadAllBytes(file));
            Assert.Contains($"`{hash}`", note, StringComparison.Ordinal);
            Assert.Contains($"| `{Path.GetFileName(file)}` |", note, StringComparison.Ordinal);
        }
        Assert.Equal(60_000, Datasets.Load("mnist", "train").Count);
    }

    [Fact]
    public void Every_decision_record_is_in_the_index()
    {
        var index = Repository.Read("docs/README.md");
        var records = Directory.GetFiles(Repository.PathOf("docs/decisions"), "*.md");
        Assert.True(records.Length >= 9);
        Assert.All(
            records,
            r => Assert.Contains($"(decisions/{Path.GetFileName(r)})", index, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void The_exit_codes_of_the_README_are_those_of_the_program()
    {
        var section = MarkdownText.Section(Repository.Read("README.md"), "Exit codes");
        var codes = section.Split('\n').Select(l => l.Split('|')).Where(c => c.Length > 2).Select(c => c[1].Trim());
        var listed = codes.Where(c => c.All(char.IsAsciiDigit)).Select(int.Parse);
        Assert.Equal(Enum.GetValues<Temper.Errors.ExitCode>().Select(c => (int)c), listed);
    }
}
