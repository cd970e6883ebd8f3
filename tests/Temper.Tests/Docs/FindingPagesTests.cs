using Temper.Evaluation;
using Temper.Evaluation.Analysers;
using Temper.Runs;

namespace Temper.Tests.Docs;

// Every analyser has its page, and every page its analyser; the index is made from the catalogue.
public sealed class FindingPagesTests
{
    private const string Folder = "docs/findings";

    private static readonly string[] Headings =
    [
        "What it means",
        "The figure and its threshold",
        "What can cause it",
        "What to do",
        "What it does not say",
    ];

    private static readonly IReadOnlyList<ComponentInfo> Analysers = Catalogue.Of<Analyser>();

    public static TheoryData<string> Ids => [.. Analysers.Select(a => a.Id)];

    [Fact]
    public void Pages_and_analysers_are_the_same() =>
        Assert.Equal(
            Analysers.Select(a => a.Id).Append("README").Order(StringComparer.Ordinal),
            Directory
                .GetFiles(Repository.PathOf(Folder), "*.md")
                .Select(file => Path.GetFileNameWithoutExtension(file)!)
                .Order(StringComparer.Ordinal)
        );

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_page_says_what_the_catalogue_says_and_answers_each_question(string id)
    {
        var info = Analysers.Single(a => a.Id == id);
        var page = Repository.Read($"{Folder}/{id}.md");
        Assert.StartsWith(
            $"# {id}: {char.ToUpperInvariant(info.Title[0])}{info.Title[1..]}\n\nSeverity: ",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains($"Source: {info.Source}.", MarkdownText.Flat(page), StringComparison.Ordinal);
        Assert.All(Headings, heading => Assert.NotEqual("", MarkdownText.Section(page, heading).Trim()));
        Assert.Equal($"{Folder}/{id}.md", new Finding(id, Severity.Info, "", "").Page);
    }

    [Fact]
    public void Ids_are_not_used_twice_and_are_those_of_the_constants()
    {
        Assert.Equal(Analysers.Count, Analysers.Select(a => a.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.All(Analysers, a => Assert.Matches("^TMP1[0-9]{2}$", a.Id));
        var constants = typeof(Findings)
            .GetFields()
            .Where(f => f.IsLiteral)
            .Select(f => (string)f.GetRawConstantValue()!);
        Assert.Equal([], constants.Except(Analysers.Select(a => a.Id)));
    }
}
