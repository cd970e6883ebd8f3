using Temper.Errors;

namespace Temper.Tests.Cli;

/// <summary>What goes wrong with data, recipes, options and models: one paragraph and the right exit code.</summary>
public sealed class ErrorTableTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    private static readonly string Mnist = Path.Combine(AppContext.BaseDirectory, "data", "mnist");

    [Theory]
    [InlineData("train-images-idx3-ubyte.gz", true)]
    [InlineData("t10k-labels-idx1-ubyte.gz", false)]
    public void Damaged_data(string file, bool cut)
    {
        var folder = Directory.CreateDirectory(run.Fresh()).FullName;
        foreach (var source in Directory.GetFiles(Mnist, "*.gz"))
        {
            var bytes = File.ReadAllBytes(source);
            if (Path.GetFileName(source) == file)
            {
                bytes[^100] ^= cut ? (byte)0 : (byte)1;
                bytes = cut ? bytes[..^1000] : bytes;
            }
            File.WriteAllBytes(Path.Combine(folder, Path.GetFileName(source)), bytes);
        }
        var output = run.Fresh();
        Tool.Run(Tool.Train(output, more: ["--data-dir", folder]))
            .Fails(ExitCode.Data, file, "found SHA-256", "expected", "damaged");
        Assert.False(Directory.Exists(output));
    }

    [Fact]
    public void Missing_data() =>
        Tool.Run(Tool.Evaluate(run.Weights, run.Fresh(), "--data-dir", run.Fresh()))
            .Fails(ExitCode.Data, "mnist", "t10k-images-idx3-ubyte");

    [Theory]
    [InlineData("training:\n  epoch: 3\n", ":9:", "'epoch'", "'epochs'")]
    [InlineData("training:\n  epochs: three\n", ":9:", "training.epochs", "three")]
    [InlineData("training: [1,\n", ":", "yaml", "recipe")]
    [InlineData("treat: linf:0.1\n", ":8:", "treat", "threat")]
    public void Bad_recipe(string end, string line, string field, string expected)
    {
        var path = Path.Combine(Directory.CreateDirectory(run.Fresh()).FullName, "recipe.yaml");
        File.WriteAllText(
            path,
            "name: x\nsummary: y\nseed: 0\nthreads: 0\n\ndata: { name: mnist }\nmodel: { id: mnist-net }\n" + end
        );
        var result = Tool.Run(Tool.Train(run.Fresh(), path));
        result.Fails(ExitCode.Configuration, path + line, field, expected);
    }

    [Theory]
    [InlineData("training.epochs=-1", "training.epochs", "-1")]
    [InlineData("training.epoch=1", "epoch", "training: unknown key 'epoch'; did you mean 'epochs'")]
    [InlineData("training.epochs", "training.epochs", "=")]
    [InlineData("training.objective.steps=many", "training.objective.steps", "many")]
    [InlineData("attack.pgd.steps=0", "attack.pgd.steps", "0")]
    [InlineData("attack.pdg.steps=5", "attack.pdg.steps", "pgd")]
    [InlineData("attack.pgd.stesp=5", "attack.pgd.stesp", "steps")]
    [InlineData("data.validation=60000", "data.validation", "60000")]
    [InlineData("threat=linf:-0.1", "threat", "linf:-0.1")]
    [InlineData("threat=linf:2", "linf", "2")]
    [InlineData("threat=l3:0.1", "l3", "linf")]
    [InlineData("model.id=mnist-nit", "model", "mnist-net")]
    [InlineData("training.objective.id=pdg", "training.objective", "pgd")]
    [InlineData("training.optimizer.id=adm", "training.optimizer", "adm")]
    [InlineData("training.optimizer.momentun=0.5", "training.optimizer", "momentum")]
    [InlineData("training.schedule=[[0,1]]", "training.schedule", "")]
    public void Setting_out_of_range(string setting, string field, string found)
    {
        var output = run.Fresh();
        Tool.Run(Tool.Train(output, "mnist-linf", "--set", setting)).Fails(ExitCode.Configuration, field, found);
        Assert.False(Directory.Exists(output));
    }

    [Fact]
    public void Unknown_attack_in_a_recipe() =>
        Tool.Run("train", "mnist-linf", "--out", run.Fresh(), "--set", "evaluation.attacks=[pdg]")
            .Fails(ExitCode.Configuration, "evaluation.attacks", "pdg", "pgd");

    [Fact]
    public void Unknown_recipe() =>
        Tool.Run(Tool.Train(run.Fresh(), "mnist-lin")).Fails(ExitCode.Usage, "mnist-lin", "mnist-linf");

    [Fact]
    public void Missing_recipe_file()
    {
        var path = run.Fresh() + ".yaml";
        Tool.Run(Tool.Train(run.Fresh(), path)).Fails(ExitCode.Configuration, path);
    }

    [Fact]
    public void Unknown_attack() =>
        Tool.Run(Tool.Evaluate(run.Weights, run.Fresh(), "--attack", "pdg")).Fails(ExitCode.Usage, "pdg", "pgd");

    [Fact]
    public void Unknown_data_set() =>
        Tool.Run(Tool.Evaluate(run.Weights, run.Fresh(), "--data", "minst")).Fails(ExitCode.Usage, "minst", "mnist");

    [Theory]
    [InlineData("--bogus")]
    [InlineData("--limit", "many")]
    [InlineData("--block", "0")]
    [InlineData("--block", "100001")]
    public void Unknown_option(params string[] option) =>
        Tool.Run(Tool.Evaluate(run.Weights, run.Fresh(), option)).Fails(ExitCode.Usage, option[0]);

    [Fact]
    public void Unknown_command() => Tool.Run("trane", "mnist-linf").Fails(ExitCode.Usage, "trane");

    [Theory]
    [InlineData("--limit", "10001")]
    [InlineData("--limit", "0")]
    [InlineData("--limit", "-5")]
    public void Limit_beyond_the_split(params string[] option) =>
        Tool.Run(Tool.Evaluate(run.Weights, run.Fresh(), option)).Fails(ExitCode.Usage, "--limit", option[1]);

    [Fact]
    public void Limit_and_sample() =>
        Tool.Run(Tool.Evaluate(run.Weights, run.Fresh(), "--sample", "5")).Fails(ExitCode.Usage, "--limit", "--sample");

    [Fact]
    public void A_stated_accuracy_that_is_no_share() =>
        Tool.Run(Tool.Evaluate(run.Weights, run.Fresh(), "--stated-clean", "much"))
            .Fails(ExitCode.Usage, "--stated-clean", "much", "98.64%");

    [Theory]
    [InlineData("-1")]
    [InlineData("100000")]
    public void Impossible_threads(string threads) =>
        Tool.Run(
                "evaluate",
                run.Weights,
                "--threat",
                "linf:0.1",
                "--threads",
                threads,
                "--limit",
                "1",
                "--out",
                run.Fresh()
            )
            .Fails(ExitCode.Usage, "--threads", threads);

    [Theory]
    [InlineData("linf:2")]
    [InlineData("linf:-0.1")]
    [InlineData("linf:nan")]
    [InlineData("linf:")]
    [InlineData("l7:0.1")]
    public void Impossible_threat(string threat)
    {
        var output = run.Fresh();
        Tool.Run(Tool.Evaluate(run.Weights, output, "--threat", threat)).Fails(ExitCode.Configuration, threat);
        Assert.False(Directory.Exists(output));
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda")]
    public void Unknown_device(string device) =>
        Tool.Run(Tool.Train(run.Fresh(), more: ["--device", device])).Fails(ExitCode.Usage, "--device", device);

    [Fact]
    public void Refused_claim()
    {
        var result = Tool.Run(Tool.Evaluate(run.Weights, run.Fresh(), "--quiet", "--require-claim"));
        Assert.Equal(((int)ExitCode.ClaimRefused, ""), (result.Code, result.Error));
        Assert.Contains("Claim: refused.", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_of_an_empty_folder()
    {
        var folder = Directory.CreateDirectory(run.Fresh()).FullName;
        Tool.Run("report", folder).Fails(ExitCode.Data, folder, "manifest.json");
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void Report_of_no_folder() => Tool.Run("report", run.Fresh()).Fails(ExitCode.Data, "manifest.json");
}
