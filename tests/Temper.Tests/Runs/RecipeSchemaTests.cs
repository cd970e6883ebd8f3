using System.Text.Json.Nodes;
using Temper.Runs;

namespace Temper.Tests.Runs;

public sealed class RecipeSchemaTests
{
    private static readonly JsonObject Schema = RecipeSchema.Create();

    public static TheoryData<string, Type> Records =>
        new()
        {
            { "", typeof(RunConfig) },
            { "data", typeof(DataConfig) },
            { "training", typeof(TrainingConfig) },
            { "training/validate", typeof(ValidationConfig) },
            { "evaluation", typeof(EvaluationConfig) },
            { "evaluation/curve", typeof(CurveConfig) },
            { "expected/[]", typeof(ExpectedConfig) },
        };

    [Theory]
    [MemberData(nameof(Records))]
    public void Every_key_is_there_with_a_description(string path, Type record)
    {
        var schema = At(path);
        var keys = record.GetProperties().Select(property => OptionProperty.Kebab(property.Name)).ToList();
        Assert.NotEmpty(keys);
        Assert.Equal(keys, schema["properties"]!.AsObject().Select(entry => entry.Key));
        Assert.All(
            keys,
            key => Assert.False(string.IsNullOrWhiteSpace($"{schema["properties"]![key]!["description"]}"))
        );
        Assert.False((bool)schema["additionalProperties"]!);
    }

    [Fact]
    public void Facts_of_the_schema()
    {
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", $"{Schema["$schema"]}");
        Assert.Equal("""["name","summary","threat","training"]""", Schema["required"]!.ToJsonString());
        var training = At("training")["properties"]!;
        Assert.Equal(
            """{"description":"epochs","type":"integer","minimum":1,"maximum":100000,"default":8}""",
            training["epochs"]!.ToJsonString()
        );
        Assert.Equal("1", training["ema"]!["exclusiveMaximum"]!.ToJsonString());
        Assert.Equal("""["evaluate","train"]""", training["inner-mode"]!["enum"]!.ToJsonString());
        Assert.Equal("[[0,0],[0.4,0.005],[1,0]]", training["schedule"]!["default"]!.ToJsonString());
        Assert.Equal("18446744073709551615", Schema["properties"]!["seed"]!["maximum"]!.ToJsonString());
    }

    [Theory]
    [InlineData(Texts.Smallest)]
    [InlineData(Texts.Full)]
    public void What_the_reader_takes_the_schema_takes(string text) =>
        Assert.Empty(SchemaCheck.Errors(Schema, ConfigReader.ToJson(ConfigReader.Read(text, "a.yaml"))));

    [Theory]
    [InlineData("epochs: 3", "epochs: 0")]
    [InlineData("epochs: 3", "epochs: 1.5")]
    [InlineData("epochs: 3", "epochz: 3")]
    [InlineData("ema: 0.999", "ema: 1")]
    [InlineData("inner-mode: train", "inner-mode: trian")]
    [InlineData("step: 2/255", "step: -2/255")]
    [InlineData("threat: linf:8/255", "seed2: 1")]
    [InlineData("name: full-1.0", "name: ../up")]
    [InlineData("attacks: [fgsm,", "attacks: [clean,")]
    [InlineData("attacks: [fgsm,", "attacks: [{ name: x },")]
    [InlineData("- [1, 1e-5]", "- [1]")]
    [InlineData("model: { id: mlp,", "model: {")]
    [InlineData("guard-chance: false", "guard-chance: no")]
    public void What_the_schema_refuses(string old, string changed)
    {
        var text = Texts.Full.Replace(old, changed, StringComparison.Ordinal);
        Assert.NotEqual(Texts.Full, text);
        var json = ConfigJson.Write(YamlTree.Read(text, "a.yaml"));
        Assert.NotEmpty(SchemaCheck.Errors(Schema, json));
    }

    private static JsonNode At(string path)
    {
        JsonNode node = Schema;
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            node = part == "[]" ? node["items"]! : node["properties"]![part]!;
        }
        return node;
    }
}
