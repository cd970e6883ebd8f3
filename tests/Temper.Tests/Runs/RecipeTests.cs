using Temper.Errors;
using Temper.Runs;
using Temper.Threats;
using Temper.Workflow;

namespace Temper.Tests.Runs;

public sealed class RecipeTests
{
    private static readonly string Folder =
        RecipeSource.Find(AppContext.BaseDirectory, AppContext.BaseDirectory)
        ?? throw new InvalidOperationException("The recipes/ folder of the repository is missing.");

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Folder, "*.yaml").Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_shipped_recipe_reads_and_comes_back(string file)
    {
        var config = ConfigReader.Read(Path.Combine(Folder, file));
        Assert.Equal(Path.GetFileNameWithoutExtension(file), config.Name);
        var expected =
            file == "mnist-union.yaml" ? "linf:0.3+l2:2+l1:10"
            : file.StartsWith("mnist-l2", StringComparison.Ordinal) ? "l2:0.5"
            : file.StartsWith("mnist", StringComparison.Ordinal) ? "linf:0.3"
            : file.StartsWith("fashion", StringComparison.Ordinal) ? "linf:0.1"
            : file.StartsWith("cifar", StringComparison.Ordinal) ? "linf:8/255"
            : "linf:4/255";
        Assert.Equal(expected, config.Threat);
        var json = ConfigReader.ToJson(config);
        Assert.Equal(json.ToJsonString(), Texts.Json(ConfigReader.FromJson(json)));
        var schema = RecipeSchema.Create(KnownComponents.All());
        Assert.Empty(SchemaCheck.Errors(schema, json));
        // As written too: that is what an editor checks.
        var text = File.ReadAllText(Path.Combine(Folder, file));
        Assert.Empty(SchemaCheck.Errors(schema, ConfigJson.Write(YamlTree.Read(text, file))));
    }

    [Theory]
    [InlineData("mnist-linf", "pgd")]
    [InlineData("mnist-linf-fast", "fast")]
    [InlineData("mnist-natural", "natural")]
    [InlineData("mnist-l2-gaussian", "gaussian")]
    public void The_recipes_of_mnist_ship(string name, string objective) =>
        Assert.Equal(objective, ConfigReader.Read(Path.Combine(Folder, name + ".yaml")).Training.Objective.Id);

    [Fact]
    public void The_fast_recipe_has_the_published_settings()
    {
        var training = ConfigReader.Read(Path.Combine(Folder, "mnist-linf-fast.yaml")).Training;
        Assert.Equal("fast", training.Objective.Id);
        var step = StepSize.Parse(training.Objective.Options.Find("step")!.Value);
        Assert.Equal(0.375, step.For(Epsilon.Parse("0.3")), 1e-12);
        Assert.Equal((10, 100, "adam"), (training.Epochs, training.Batch, training.Optimizer.Id));
        Assert.Equal([new(0, 0), new(0.4, 0.005), new(1, 0)], training.Schedule);
        Assert.Equal((InnerMode.Train, 0d, 0d), (training.InnerMode, training.Ema, training.EpsilonWarmup));
    }

    [Fact]
    public void The_folder_is_beside_the_program_or_above_the_current_one()
    {
        var root = Directory.CreateTempSubdirectory("temper-recipes-").FullName;
        try
        {
            var program = Directory.CreateDirectory(Path.Combine(root, "program")).FullName;
            var deep = Directory.CreateDirectory(Path.Combine(root, "work", "a", "b")).FullName;
            var above = Path.Combine(root, "work", "recipes");
            // An empty folder of that name is not the shipped one.
            Directory.CreateDirectory(Path.Combine(deep, "recipes"));
            Directory.CreateDirectory(above);
            File.WriteAllText(Path.Combine(above, "x.yaml"), Texts.Smallest);
            Assert.Equal(above, RecipeSource.Find(program, deep));
            var beside = Directory.CreateDirectory(Path.Combine(program, "recipes")).FullName;
            File.WriteAllText(Path.Combine(beside, "y.yaml"), Texts.Smallest);
            Assert.Equal(beside, RecipeSource.Find(program, deep));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public void Names_paths_and_unknown_names()
    {
        var before = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = Path.GetDirectoryName(Folder)!;
            Assert.Equal(
                Files.Select(row => Path.GetFileNameWithoutExtension(row.Data)).Order(StringComparer.Ordinal),
                RecipeSource.Names
            );
            Assert.Equal("mnist-linf", RecipeSource.Read("mnist-linf").Name);
            Assert.Equal("mnist-linf", RecipeSource.Read(Path.Combine(Folder, "mnist-linf.yaml")).Name);
            var error = Assert.Throws<UsageException>(() => RecipeSource.Read("mnist-lif"));
            Assert.Contains(
                "'mnist-lif', expected the name of a shipped recipe or a path that ends in .yaml; did you mean"
                    + $" 'mnist-linf'? valid: {string.Join(", ", RecipeSource.Names)}",
                error.Message,
                StringComparison.Ordinal
            );
            Assert.Throws<UsageException>(() => RecipeSource.Read("../recipes/mnist-linf"));
            Assert.Throws<ConfigException>(() => RecipeSource.Read("none.yaml"));
            Assert.Throws<ConfigException>(() => RecipeSource.Read("none.yml"));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }
}
