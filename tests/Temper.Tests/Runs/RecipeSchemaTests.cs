using System.Text.Json.Nodes;
using Temper.Runs;
using Temper.Workflow;

namespace Temper.Tests.Runs;

public sealed class RecipeSchemaTests
{
    private static readonly JsonObject Schema = RecipeSchema.Create(KnownComponents.All());

    /// <summary>The full recipe with options that the model has; the reader leaves them to the catalogue.</summary>
    private static readonly string Fitting = Texts
        .Full.Replace(
            "model: { id: mlp, width: 0.10, batch-norm: true, label: \"7\", nothing: ~ }",
            "model: { id: mlp, width: 32 }",
            StringComparison.Ordinal
        )
        .Replace("momentum: .9", "momentum: 0.9", StringComparison.Ordinal);

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

    [Fact]
    public void What_the_reader_takes_the_schema_takes() =>
        Assert.All(
            (string[])[Texts.Smallest, Fitting],
            text =>
            {
                var errors = SchemaCheck.Errors(Schema, ConfigReader.ToJson(ConfigReader.Read(text, "a.yaml")));
                Assert.True(errors.Count == 0, string.Join("; ", errors));
            }
        );

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
        var text = Fitting.Replace(old, changed, StringComparison.Ordinal);
        Assert.NotEqual(Fitting, text);
        var json = ConfigJson.Write(YamlTree.Read(text, "a.yaml"));
        Assert.NotEmpty(SchemaCheck.Errors(Schema, json));
    }

    [Theory]
    [InlineData("id: mlp,", "id: mlq,")]
    [InlineData("id: mlp,", "id: mlp, heads: 3,")]
    public void Components_are_named_and_have_their_own_options_alone(string old, string changed)
    {
        var text = Fitting.Replace(old, changed, StringComparison.Ordinal);
        Assert.NotEqual(Fitting, text);
        Assert.NotEmpty(SchemaCheck.Errors(Schema, ConfigJson.Write(YamlTree.Read(text, "a.yaml"))));
    }

    [Theory]
    [InlineData("model: { id: layers, layers: [conv 1 16 4 stride 2 pad 1, relu, flatten, fc 3136 10] }", true)]
    [InlineData("model: { id: layers, layers: relu }", false)]
    [InlineData("model: { id: layers, layers: [1, 2] }", false)]
    [InlineData("model: { id: resnet-cifar, width: 8 }", true)]
    [InlineData("model: { id: resnet-cifar, width: none }", false)]
    [InlineData("evaluation: { attacks: [pgd-margin, { id: square, queries: 100, p-init: 0.5, name: s }] }", true)]
    [InlineData("evaluation: { attacks: [{ id: square, queries: 0 }] }", false)]
    [InlineData("evaluation: { attacks: [{ id: square, p-init: 0 }] }", false)]
    [InlineData("evaluation: { attacks: [{ id: square, steps: 10 }] }", false)]
    [InlineData("evaluation: { attacks: [{ id: pgd-margin, steps: 10 }] }", true)]
    [InlineData("evaluation: { attacks: [unknown] }", false)]
    public void Options_of_components_are_held_to_their_types(string line, bool fits)
    {
        var text = $"name: a\nsummary: b\nthreat: linf:0.1\ntraining: {{ epochs: 1, tensorboard: true }}\n{line}\n";
        var errors = SchemaCheck.Errors(Schema, ConfigJson.Write(YamlTree.Read(text, "a.yaml")));
        Assert.True(fits == (errors.Count == 0), string.Join("; ", errors));
        if (fits)
        {
            ConfigReader.Read(text, "a.yaml");
        }
    }

    [Fact]
    public void Every_component_and_every_option_of_it_is_described()
    {
        var components = KnownComponents.All();
        foreach (
            var (schema, kind) in new[]
            {
                (Schema["properties"]!["model"]!, components.Models),
                (At("training")["properties"]!["objective"]!, components.Objectives),
                (At("training")["properties"]!["optimizer"]!, components.Optimizers),
                (At("evaluation")["properties"]!["attacks"]!["items"]!["oneOf"]![1]!, components.Attacks),
            }
        )
        {
            Assert.NotEmpty(kind);
            Assert.Equal(
                kind.Select(c => c.Id),
                schema["properties"]!["id"]!["oneOf"]!.AsArray().Select(i => $"{i!["const"]}")
            );
            foreach (var (component, branch) in kind.Zip(schema["allOf"]!.AsArray()))
            {
                var options = branch!["then"]!["properties"]!.AsObject();
                var expected = component.Options is null
                    ? []
                    : OptionsBinder.Describe(component.Options).Select(o => o.Key);
                Assert.Equal(expected, options.Select(o => o.Key).Except(["id", "name"]));
                Assert.All(
                    options.Where(o => o.Key != "id"),
                    o =>
                        Assert.False(string.IsNullOrWhiteSpace($"{o.Value!["description"]}"), $"{component.Id}.{o.Key}")
                );
            }
        }
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
