using System.Text;
using Temper.Errors;
using Temper.Evaluation;
using Temper.Models;
using Temper.Models.Architectures;
using Temper.Serialization;
using Temper.Tests.Cli;
using Temper.Workflow;

namespace Temper.Slow.Tests;

/// <summary>Models, checkpoints and journals that are missing, damaged, foreign or sick.</summary>
public sealed class ModelErrorTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    [Fact]
    public void Missing_model()
    {
        var (path, output) = (run.Fresh() + ".safetensors", run.Fresh());
        Tool.Run(Tool.Evaluate(path, output)).Fails(ExitCode.Data, path, "no such file");
        Assert.False(Directory.Exists(output));
    }

    [Fact]
    public void Folder_without_a_model()
    {
        var folder = Directory.CreateDirectory(run.Fresh()).FullName;
        Tool.Run(Tool.Evaluate(folder, run.Fresh())).Fails(ExitCode.Data, folder, "best.safetensors");
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("garbage")]
    [InlineData("empty")]
    [InlineData("header")]
    public void Damaged_weights(string damage)
    {
        var path = run.Changed(run.Weights, "model.safetensors", bytes => Damage(bytes, damage));
        Tool.Run(Tool.Evaluate(path, run.Fresh())).Fails(ExitCode.Data, path);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("empty")]
    [InlineData("zip")]
    public void Damaged_script(string damage)
    {
        var path = run.Changed(run.Weights, "model.pt", bytes => Damage(bytes, damage));
        Tool.Run(Tool.Evaluate(path, run.Fresh())).Fails(ExitCode.Data, path, "TorchScript");
    }

    [Fact]
    public void Model_of_an_unknown_type()
    {
        var path = run.Changed(run.Weights, "model.h5", bytes => bytes);
        Tool.Run(Tool.Evaluate(path, run.Fresh())).Fails(ExitCode.Data, path, ".h5", ".safetensors");
    }

    [Fact]
    public void Weights_without_an_architecture()
    {
        var path = Path.Combine(Directory.CreateDirectory(run.Fresh()).FullName, "model.safetensors");
        new SafetensorsFile(SafetensorsFile.Read(run.Weights).Entries, new Dictionary<string, string>()).Write(path);
        Tool.Run(Tool.Evaluate(path, run.Fresh())).Fails(ExitCode.Data, path, "--arch", "mnist-net");
        Tool.Run(Tool.Evaluate(path, run.Fresh(), "--arch", "mnist-net", "--quiet")).Succeeds();
        Tool.Run(Tool.Evaluate(path, run.Fresh(), "--arch", "linear"))
            .Fails(ExitCode.Data, path, "another architecture");
        Tool.Run(Tool.Evaluate(path, run.Fresh(), "--arch", "mnist-nit"))
            .Fails(ExitCode.Usage, "mnist-nit", "mnist-net");
    }

    [Theory]
    [InlineData("temper.architecture", "resnet-9000")]
    [InlineData("temper.options", "{")]
    [InlineData("temper.options", "[]")]
    [InlineData("temper.options", """{"width":3}""")]
    public void Weights_with_wrong_metadata(string key, string value)
    {
        var path = Path.Combine(Directory.CreateDirectory(run.Fresh()).FullName, "model.safetensors");
        var metadata = new Dictionary<string, string> { ["temper.architecture"] = "linear", [key] = value };
        new SafetensorsFile(SafetensorsFile.Read(run.Weights).Entries, metadata).Write(path);
        Tool.Run(Tool.Evaluate(path, run.Fresh())).Fails(ExitCode.Data, path, key.Split('.')[1]);
    }

    [Fact]
    public void Model_of_another_input_shape()
    {
        var path = Path.Combine(Directory.CreateDirectory(run.Fresh()).FullName, "model.safetensors");
        var input = new InputShape(1, 14, 14);
        using (var module = new Linear(new()).Build(input, 10))
        {
            Weights.Save(module, path, ModelFile.Metadata("linear", null, input, 10, "nothing"));
        }
        Tool.Run(Tool.Evaluate(path, run.Fresh())).Fails(ExitCode.Data, path, "1,14,14", "1,28,28");
    }

    [Fact]
    public void Model_of_fewer_classes()
    {
        var path = Path.Combine(Directory.CreateDirectory(run.Fresh()).FullName, "model.safetensors");
        var input = new InputShape(1, 28, 28);
        using (var module = new Linear(new()).Build(input, 5))
        {
            Weights.Save(module, path, ModelFile.Metadata("linear", null, input, 5, "nothing"));
        }
        Tool.Run(Tool.Evaluate(path, run.Fresh())).Fails(ExitCode.Data, path, "5", "10");
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_model_whose_weights_are_not_numbers_is_evaluated_and_counts_as_broken(float value)
    {
        var path = Path.Combine(Directory.CreateDirectory(run.Fresh()).FullName, "model.safetensors");
        var input = new InputShape(1, 28, 28);
        using (var module = new Linear(new()).Build(input, 10))
        {
            using var _ = TorchSharp.torch.no_grad();
            foreach (var parameter in module.parameters())
            {
                parameter.fill_(value);
            }
            Weights.Save(module, path, ModelFile.Metadata("linear", null, input, 10, "nothing"));
        }
        var output = run.Fresh();
        Tool.Run(Tool.Evaluate(path, output, "--quiet", "--attack", "fgsm,pgd,pgd-margin")).Succeeds();
        var ledger = LedgerCsv.Read(Path.Combine(output, "ledger.csv"));
        Assert.Equal(100, ledger.Count);
        Assert.All(ledger, row => Assert.Equal("clean", row.BrokenBy));
        Tool.Run("report", output).Succeeds();
    }

    [Fact]
    public void Checkpoint_of_another_seed_or_recipe()
    {
        var folder = Copy();
        foreach (
            string[] other in (string[][])
                [
                    ["--seed", "1"],
                    ["--set", "training.batch=64"],
                ]
        )
        {
            var before = File.ReadAllBytes(Path.Combine(folder, "checkpoint.safetensors"));
            Tool.Run(Tool.Train(folder, more: ["--resume", .. other]))
                .Fails(ExitCode.Data, "checkpoint.safetensors", "another run");
            Assert.Equal(before, File.ReadAllBytes(Path.Combine(folder, "checkpoint.safetensors")));
        }
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("garbage")]
    [InlineData("empty")]
    public void Damaged_checkpoint(string damage)
    {
        var folder = Copy();
        var path = Path.Combine(folder, "checkpoint.safetensors");
        File.WriteAllBytes(path, Damage(File.ReadAllBytes(path), damage));
        Tool.Run(Tool.Train(folder, more: "--resume")).Fails(ExitCode.Data, path);
    }

    [Fact]
    public void Checkpoint_whose_state_is_damaged()
    {
        var folder = Copy();
        var path = Path.Combine(folder, "checkpoint.safetensors");
        var file = SafetensorsFile.Read(path);
        foreach (var state in (string[])["", "[]", "null", "{}", """{"step":"x"}""", """{"step":8,"lossSum":[]}"""])
        {
            new SafetensorsFile(
                file.Entries,
                new Dictionary<string, string>(file.Metadata) { ["temper.state"] = state }
            ).Write(path);
            Tool.Run(Tool.Train(folder, more: "--resume")).Fails(ExitCode.Data, path, "state cannot be read");
        }
    }

    [Fact]
    public void Resume_of_nothing_starts_anew()
    {
        var folder = run.Fresh();
        Tool.Run(Tool.Train(folder, more: ["--resume", "--quiet"])).Succeeds();
        Assert.Equal(File.ReadAllBytes(run.Weights), File.ReadAllBytes(Path.Combine(folder, "best.safetensors")));
    }

    [Fact]
    public void Journal_of_another_evaluation()
    {
        var output = run.Fresh();
        Tool.Run(Tool.Evaluate(run.Weights, output, "--quiet")).Succeeds();
        var before = File.ReadAllText(Path.Combine(output, "ledger.csv"));
        Tool.Run(Tool.Evaluate(run.Weights, output, "--quiet", "--resume", "--threat", "linf:0.2"))
            .Fails(ExitCode.Data, "journal.jsonl", "another evaluation");
        Assert.Equal(before, File.ReadAllText(Path.Combine(output, "ledger.csv")));
    }

    [Fact]
    public void Loss_that_is_not_a_number()
    {
        var folder = run.Fresh();
        Tool.Run(Tool.Train(folder, more: ["--set", "training.schedule=[[0,1e30],[1,1e30]]"]))
            .Fails(ExitCode.RunFailed, "training step", "the loss is", "learning rate", "schedule");
        Assert.Empty(Directory.GetFiles(folder, "*.tmp"));
        Assert.False(File.Exists(Path.Combine(folder, "report.json")));
    }

    private static byte[] Damage(byte[] bytes, string damage) =>
        damage switch
        {
            "cut" => bytes[..(bytes.Length / 2)],
            "garbage" => Encoding.UTF8.GetBytes("this is not a model, whatever its name says"),
            "empty" => [],
            "zip" => [0x50, 0x4B, 0x03, 0x04, .. bytes.AsSpan(0, 200)],
            "header" => [.. bytes.AsSpan(0, 8), (byte)'!', .. bytes.AsSpan(9)],
            _ => throw new ArgumentOutOfRangeException(nameof(damage)),
        };

    private string Copy()
    {
        var folder = Directory.CreateDirectory(run.Fresh()).FullName;
        foreach (var file in Directory.GetFiles(run.Folder))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
        return folder;
    }
}
