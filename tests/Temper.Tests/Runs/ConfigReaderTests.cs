using System.Text.Json;
using System.Text.Json.Nodes;
using Temper.Errors;
using Temper.Runs;

namespace Temper.Tests.Runs;

public sealed class ConfigReaderTests
{
    [Fact]
    public void Keys_not_written_take_the_documented_defaults()
    {
        var config = ConfigReader.Read(Texts.Smallest, "small.yaml");
        Assert.Equal(
            """
            {"name":"a","summary":"b","seed":0,"threads":0,"passes":"fast","data":{"name":"mnist","path":null,"size":32,"channels":3,"fit":"cover","label":"label","categorical":[],"test-fraction":0.2,"augment":{"crop":0,"flip":false,"cutout":0,"mixup":0,"cutmix":0},"extra":{"name":null,"path":null,"share":0.5},"validation":5000},
            "model":{"id":"mnist-net"},"threat":"linf:0.3","training":{"objective":{"id":"pgd","steps":10,
            "step":"rel:0.25","start":"uniform"},"epochs":8,"batch":128,"optimizer":{"id":"adam",
            "weight-decay":0,"momentum":0.9},"schedule":[[0,0],[0.4,0.005],[1,0]],"epsilon-warmup":0,"epsilon-growth":"linear",
            "step-schedule":[[0,1],[1,1]],"inner-mode":"evaluate","ema":0,"swa":0,"awp":{"gamma":0,"warmup":0},
            "label-smoothing":0,"clean-share":0,"clip":0,"from":null,"early-stop":0,"checkpoint-steps":200,"validate":{"steps":20,
            "step":"rel:0.125","examples":1000},"guard-overfitting":true,"guard-chance":true,"guard-collapse":true,
            "allow-weak":false,"tensorboard":false},
            "evaluation":{"attacks":["fgsm","pgd","pgd-margin"],"protocol":"none","block":500,
            "curve":{"examples":1000,"budgets":9,"attack":"last"},"certify":"auto","twin":true},"expected":[]}
            """.ReplaceLineEndings(""),
            Texts.Json(config)
        );
    }

    [Fact]
    public void Every_key_is_read()
    {
        var config = ConfigReader.Read(Texts.Full, "full.yaml");
        Assert.Equal("full-1.0", config.Name);
        Assert.Equal("every key: written", config.Summary);
        Assert.Equal(ulong.MaxValue, config.Seed);
        Assert.Equal(2, config.Threads);
        Assert.Equal(new DataConfig { Validation = 2000 }, config.Data);
        Assert.Equal("mlp", config.Model.Id);
        Assert.Equal("0.10", config.Model.Options.Find("width")?.Value);
        Assert.Equal("linf:8/255", config.Threat);
        var training = config.Training;
        Assert.Equal(("pgd", "10"), (training.Objective.Id, training.Objective.Options.Find("steps")?.Value));
        Assert.Equal((3, 64, 0.5), (training.Epochs, training.Batch, training.EpsilonWarmup));
        Assert.Equal([new(0, 0), new(0.25, 0.1), new(0.25, 0.01), new(1, 1e-5)], training.Schedule);
        Assert.Equal((InnerMode.Train, 0.999, 2), (training.InnerMode, training.Ema, training.EarlyStop));
        Assert.Equal((10, false, false), (training.CheckpointSteps, training.GuardOverfitting, training.GuardChance));
        Assert.Equal(
            (5, "2/255", 100),
            (training.Validate.Steps, $"{training.Validate.Step}", training.Validate.Examples)
        );
        Assert.Equal(["fgsm", "pgd-50", "pgd"], config.Evaluation.Attacks.Select(attack => attack.Name));
        Assert.Equal(["fgsm", "pgd", "pgd"], config.Evaluation.Attacks.Select(attack => attack.Id));
        Assert.Null(config.Evaluation.Attacks[0].Options);
        Assert.Equal("50", config.Evaluation.Attacks[1].Options?.Find("steps")?.Value);
        Assert.Empty(config.Evaluation.Attacks[2].Options!.Entries);
        Assert.Equal(250, config.Evaluation.Block);
        Assert.Equal(
            new CurveConfig
            {
                Examples = 200,
                Budgets = 11,
                Attack = "fgsm",
            },
            config.Evaluation.Curve
        );
        Assert.False(config.Evaluation.Twin);
        Assert.Equal(
            new ExpectedConfig
            {
                What = "clean",
                Value = "0.98",
                Source = "measured",
            },
            config.Expected[0]
        );
    }

    [Theory]
    [InlineData(Texts.Smallest)]
    [InlineData(Texts.Full)]
    public void The_canonical_form_comes_back_the_same(string text)
    {
        var json = Texts.Json(ConfigReader.Read(text, "a.yaml"));
        var parsed = ConfigReader.FromJson(JsonNode.Parse(json)!.AsObject());
        Assert.Equal(json, Texts.Json(parsed));
        // As an object in memory, and as YAML: the canonical form is a recipe itself.
        Assert.Equal(json, Texts.Json(ConfigReader.FromJson(ConfigReader.ToJson(parsed))));
        var indented = JsonNode.Parse(json)!.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
        Assert.Equal(json, Texts.Json(ConfigReader.Read(indented, "a.yaml")));
    }

    [Fact]
    public void Options_of_components_keep_their_types()
    {
        var model = ConfigReader.ToJson(ConfigReader.Read(Texts.Full, "full.yaml"))["model"]!;
        Assert.Equal(
            """{"id":"mlp","width":0.10,"batch-norm":true,"label":"7","nothing":null}""",
            model.ToJsonString()
        );
    }

    [Fact]
    public void Options_of_components_keep_their_place_in_the_file()
    {
        var config = ConfigReader.Read(Texts.Full, "full.yaml");
        var changed = ConfigReader.Apply(config, ["training.epochs=5"], out _);
        foreach (var objective in new[] { config.Training.Objective, changed.Training.Objective })
        {
            var steps = objective.Options.Find("steps")!;
            Assert.Equal(("full.yaml", 11, "training.objective.steps"), (steps.File, steps.Line, steps.Path));
        }
    }

    [Fact]
    public void A_manifest_is_read_as_strictly_as_a_recipe()
    {
        var json = ConfigReader.ToJson(ConfigReader.Read(Texts.Full, "full.yaml"));
        json["training"]!["epochz"] = 3;
        var error = Assert.Throws<ConfigException>(() => ConfigReader.FromJson(json, "m.json"));
        Assert.StartsWith(
            "m.json: training: unknown key 'epochz'; did you mean 'epochs'?",
            error.Message,
            StringComparison.Ordinal
        );
        var twice = JsonNode.Parse("""{"name":"a","name":"b"}""")!.AsObject();
        Assert.Throws<ConfigException>(() => ConfigReader.FromJson(twice));
    }

    [Fact]
    public void Files_are_read_and_their_errors_named()
    {
        var folder = Directory.CreateTempSubdirectory("temper-config-");
        try
        {
            var path = Path.Combine(folder.FullName, "a.yaml");
            File.WriteAllText(path, "\uFEFF" + Texts.Smallest.ReplaceLineEndings("\r\n"));
            Assert.Equal("linf:0.3", ConfigReader.Read(path).Threat);
            File.WriteAllBytes(path, [(byte)'a', 0xFF, 0xFE]);
            AssertNames(path, "not UTF-8");
            File.WriteAllBytes(path, new byte[(1 << 20) + 1]);
            AssertNames(path, "more than 1 MB");
            AssertNames(folder.FullName, "cannot be read");
            AssertNames(Path.Combine(folder.FullName, "none.yaml"), "cannot be read");
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        static void AssertNames(string path, string message)
        {
            var error = Assert.Throws<ConfigException>(() => ConfigReader.Read(path));
            Assert.Equal(path, error.File);
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        }
    }
}
