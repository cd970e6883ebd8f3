namespace Temper.Tests.Docs;

// Reference pages cannot go stale: they are compared with what the catalogue says. With TEMPER_UPDATE_DOCS=1 in the
// environment the pages are rewritten instead.
public sealed class GeneratedPagesTests
{
    private static readonly bool Update = Environment.GetEnvironmentVariable("TEMPER_UPDATE_DOCS") == "1";

    [Fact]
    public void Attacks() => Compare("docs/reference/attacks.md", _ => GeneratedPages.Attacks());

    [Fact]
    public void Methods() => Compare("docs/reference/methods.md", _ => GeneratedPages.Methods());

    [Fact]
    public void Choosing_a_method() => Compare("docs/methods.md", _ => MethodsPage.Of(NewcomersTable.Read()));

    [Fact]
    public void Models() => Compare("docs/reference/models.md", _ => GeneratedPages.Models());

    [Fact]
    public void Findings() =>
        Compare(
            "docs/findings/README.md",
            page => Replaced(page, GeneratedPages.FindingIndex, GeneratedPages.Findings())
        );

    [Fact]
    public void Every_key_of_a_recipe() =>
        Compare(
            "docs/recipes.md",
            page =>
                Replaced(
                    Replaced(page, GeneratedPages.RecipeKeys, GeneratedPages.Recipe()),
                    GeneratedPages.OptimizerKeys,
                    GeneratedPages.Optimizer()
                )
        );

    private static void Compare(string path, Func<string, string> make)
    {
        var file = Repository.PathOf(path);
        var found = File.Exists(file) ? File.ReadAllText(file) : "";
        var expected = make(found);
        if (Update)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, expected);
            return;
        }
        Assert.True(
            found == expected,
            $"{path} does not say what the program says; run the tests with TEMPER_UPDATE_DOCS=1 and look at the change."
        );
    }

    private static string Replaced(string page, string name, string content)
    {
        var (open, close) = ($"<!-- begin {name} -->\n", $"<!-- end {name} -->");
        var start = page.IndexOf(open, StringComparison.Ordinal);
        var end = page.IndexOf(close, StringComparison.Ordinal);
        Assert.True(start >= 0 && end > start, $"the page has no place for {name}");
        return page[..(start + open.Length)] + content + page[end..];
    }
}
