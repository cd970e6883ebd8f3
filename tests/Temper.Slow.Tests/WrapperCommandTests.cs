using System.Text.Json.Nodes;
using Temper.Errors;
using Temper.Runs;
using Temper.Serialization;
using Temper.Tests.Cli;

namespace Temper.Slow.Tests;

/// <summary>What composes with any training method, from the command line to the manifest.</summary>
public sealed class WrapperCommandTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    [Fact]
    public void A_trained_run_is_trained_on_with_everything_on()
    {
        var folder = run.Fresh();
        string[] all =
        [
            "training.objective.id=fast",
            "training.awp.gamma=0.01",
            "training.swa=0.5",
            "training.label-smoothing=0.1",
            "training.clean-share=0.25",
            "training.clip=1",
            "training.epsilon-warmup=0.5",
            "training.epsilon-growth=cosine",
            "training.step-schedule=[[0, 1], [1, 0.5]]",
            "data.augment.cutout=6",
            "data.augment.cutmix=1",
            "data.extra.name=mnist",
            "data.extra.share=0.25",
            "evaluation.twin=false",
        ];
        Tool.Run(Tool.Train(folder, "mnist-natural", [.. all, "--from", run.Folder, "--quiet"])).Succeeds();
        var training = RunManifest.Read(Path.Combine(folder, "manifest.json")).Training!;
        Assert.Equal(
            (run.Folder, "start.safetensors", "unknown"),
            (training.Start!.Path, training.Start.Copy, training.Start.TrainingData)
        );
        Assert.Equal("clean accuracy by natural (recipe mnist-natural)", training.Start.TrainedFor);
        var extra = training.Extra!;
        // The set itself once more, without its validation examples.
        Assert.Equal(("mnist", 60_000, 0.25), (extra.Name, extra.Count + extra.LeftOut, extra.Share));
        Assert.InRange(extra.Count, 950, 1000);
        Assert.Equal(0.01, (double)training.Config["training"]!["awp"]!["gamma"]!);
        // 1,000 of 60,000 examples and a third as many extra ones, each 2 F + 2 B by fast, 1 more for the clean share, and the loss
        // of both again for the perturbation; mnist-net has no running statistics, so the average is asked once, one batch.
        Assert.Equal(training.StandardPasses.Backwards * 5, training.Backwards);
        Assert.InRange(training.Forwards - (training.StandardPasses.Forwards * 5), 1, 128);
        var manifest = RunManifest.Read(Path.Combine(folder, "manifest.json"));
        Assert.Contains(
            manifest.Model.Notes!,
            n => n.Contains("what that was trained on is unknown", StringComparison.Ordinal)
        );
        Assert.EndsWith("begun from trained", manifest.Model.TrainedFor, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_with_other_networks_goes_on_with_the_same_files_only()
    {
        var folder = run.Fresh();
        var other = folder + ".safetensors";
        File.Copy(Path.Combine(run.Folder, "best.safetensors"), other);
        string[] args = Tool.Train(
            folder,
            "mnist-natural",
            "training.objective.id=ensemble",
            $"training.objective.models=[{other}]",
            "evaluation.twin=false"
        );
        Tool.Run([.. args, "--quiet"]).Succeeds();
        var kept = Assert.Single(RunManifest.Read(Path.Combine(folder, "manifest.json")).Training!.Others!);
        Assert.Equal((other, Hashes.Sha256OfFile(other)), (kept.Path, kept.Sha256));
        Tool.Run([.. args, "--resume", "--quiet"]).Succeeds();
        File.AppendAllText(other, " ");
        Tool.Run([.. args, "--resume"]).Fails(ExitCode.Data, other, "the other network", kept.Sha256);
        File.Delete(other);
        Tool.Run([.. args, "--resume"]).Fails(ExitCode.Data, other);
    }

    /// <summary>One network of others in three forms: robust before (82.93 % under AutoAttack as published), and after a little more training.</summary>
    [Fact]
    public void A_network_of_others_goes_on_alike_from_every_form()
    {
        string[] gently =
        [
            "training.schedule=[[0, 0.0005], [1, 0]]",
            "attack.pgd.steps=10",
            "attack.pgd-margin.steps=10",
            "evaluation.twin=false",
        ];
        var counts = new List<(int? Clean, int? Robust)>();
        foreach (var form in (string[])["model.pt", "model.onnx", "weights.safetensors"])
        {
            var folder = run.Fresh();
            string[] more = [.. gently, "--from", OutsideModels.File("fast_mnist_fgsm", form), "--quiet"];
            Tool.Run(Tool.Train(folder, "mnist-linf-fast", more)).Succeeds();
            var report = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "report.json")))!;
            counts.Add(((int?)report["clean"]!["correct"], (int?)report["worstCase"]!["robust"]));
        }
        Assert.All(counts, c => Assert.InRange(c.Clean!.Value, 97, 100));
        Assert.All(counts, c => Assert.InRange(c.Robust!.Value, 80, 100));
        Assert.InRange(counts.Max(c => c.Robust!.Value) - counts.Min(c => c.Robust!.Value), 0, 1);
    }

    [Theory]
    [InlineData("--from", "nowhere.onnx", "nowhere.onnx: no such file or folder")]
    [InlineData("--set", "data.extra.name=minst", "data.extra: unknown data set 'minst'")]
    public void What_does_not_fit_is_refused_before_anything_is_trained(string option, string value, string why)
    {
        var folder = run.Fresh();
        var failed = Tool.Run([.. Tool.Train(folder, "mnist-natural"), option, value, "--quiet"]);
        Assert.NotEqual(0, failed.Code);
        Assert.Contains(why, failed.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder, "manifest.json")));
    }
}
