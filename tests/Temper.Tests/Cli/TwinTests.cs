using System.Text.Json.Nodes;
using Temper.Errors;
using Temper.Runs;
using Temper.Serialization;

namespace Temper.Tests.Cli;

/// <summary>The twin of a training: what it is, where it lies, and that reports and comparisons need no model.</summary>
public sealed class TwinTests(TwinTests.Runs runs) : IClassFixture<TwinTests.Runs>
{
    [Fact]
    public void The_manifest_names_it_and_it_was_measured_alike()
    {
        var manifest = Manifest(runs.Folder);
        var twin = Manifest(Path.Combine(runs.Folder, "twin"));
        Assert.Equal("twin", manifest.Twin);
        Assert.Null(twin.Twin);
        Assert.Equal("clean accuracy by natural (recipe mnist-linf-twin)", twin.Model.TrainedFor);
        Assert.Equal((manifest.Seed, manifest.Threat, manifest.Block), (twin.Seed, twin.Threat, twin.Block));
        Assert.Equal(manifest.Data.Sha256 + manifest.Data.Selection, twin.Data.Sha256 + twin.Data.Selection);
        Assert.Equal(
            manifest.Attacks.Select(a => a.Name + a.Options.ToJsonString()),
            twin.Attacks.Select(a => a.Name + a.Options.ToJsonString())
        );
        var (ours, theirs) = (manifest.Training!.Config["training"]!, twin.Training!.Config["training"]!);
        foreach (var key in (string[])["epochs", "batch", "optimizer", "schedule", "ema", "validate"])
        {
            Assert.Equal(ours[key]!.ToJsonString(), theirs[key]!.ToJsonString());
        }
        // Without attacks in training the passes are those of standard training, which were only counted before.
        Assert.Equal(manifest.Training.StandardPasses.Forwards, twin.Training.Forwards);
        Assert.Equal(manifest.Training.StandardPasses.Backwards, twin.Training.Backwards);
        Assert.True(manifest.Training.Forwards > 2 * twin.Training.Forwards);
    }

    [Fact]
    public void Its_weights_are_those_of_the_recipe_with_natural_training()
    {
        var folder = Path.Combine(runs.Root, "natural");
        string[] natural = ["training.objective.id=natural", "training.epsilon-warmup=0", "--quiet"];
        Tool.Run(Tool.Train(folder, "mnist-linf", natural)).Succeeds();
        Assert.False(Directory.Exists(Path.Combine(folder, "twin")));
        Assert.Null(Manifest(folder).Twin);
        var alone = SafetensorsFile.Read(Path.Combine(folder, "best.safetensors")).Entries;
        var twin = SafetensorsFile.Read(Path.Combine(runs.Folder, "twin", "best.safetensors")).Entries;
        Assert.Equal(alone.Select(e => e.Name), twin.Select(e => e.Name));
        Assert.All(alone.Zip(twin), p => Assert.True(p.First.Data.Span.SequenceEqual(p.Second.Data.Span)));
    }

    [Fact]
    public void A_recipe_can_do_without()
    {
        var folder = Path.Combine(runs.Root, "without");
        string[] without = ["evaluation.twin=false", "evaluation.curve.examples=0", "--quiet"];
        Tool.Run(Tool.Train(folder, "mnist-linf", without)).Succeeds();
        Assert.Null(Manifest(folder).Twin);
        Assert.Null(Manifest(folder).Curve);
        Assert.False(Directory.Exists(Path.Combine(folder, "twin")));
        Assert.False(File.Exists(Path.Combine(folder, "curve.csv")));
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(runs.Folder, "ledger.csv")),
            File.ReadAllBytes(Path.Combine(folder, "ledger.csv"))
        );
    }

    [Fact]
    public void Going_on_with_a_finished_run_changes_no_evidence()
    {
        string[] files = ["ledger.csv", "curve.csv", "gallery.json", "twin/ledger.csv", "twin/curve.csv"];
        var before = files.Select(f => File.ReadAllText(Path.Combine(runs.Folder, f))).ToList();
        Tool.Run(Tool.Train(runs.Folder, "mnist-linf", "--quiet", "--resume")).Succeeds();
        Assert.Equal(before, files.Select(f => File.ReadAllText(Path.Combine(runs.Folder, f))));
        Assert.Equal("twin", Manifest(runs.Folder).Twin);
    }

    [Fact]
    public void Progress_says_what_is_the_twins()
    {
        Assert.Contains("\ntwin: the same network, data, schedule and seed", runs.Said, StringComparison.Ordinal);
        Assert.Contains("\ntwin, epoch  1 ", runs.Said, StringComparison.Ordinal);
        Assert.Contains("\ntwin, clean: 100 of 100", runs.Said, StringComparison.Ordinal);
        Assert.Matches(
            @"\nIts twin, trained without attacks: \d+ of 100 right when clean, at most \d+ under attack\.",
            runs.Said
        );
        Assert.Contains("\naccuracy at ε 0.075: ", runs.Said, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_regenerates_the_same_bytes_from_the_evidence_alone()
    {
        var copy = Path.Combine(runs.Root, "copy");
        string[] evidence = ["manifest.json", "ledger.csv", "attempts.csv", "curve.csv"];
        foreach (var part in (string[])["", "twin"])
        {
            Directory.CreateDirectory(Path.Combine(copy, part));
            string[] names =
                part.Length == 0 ? [.. evidence, "gallery.json", "metrics.jsonl", "points.safetensors"] : evidence;
            foreach (var name in names)
            {
                File.Copy(Path.Combine(runs.Folder, part, name), Path.Combine(copy, part, name));
            }
        }
        Tool.Run("report", copy).Succeeds();
        foreach (var file in (string[])["report.json", "report.html"])
        {
            Assert.Equal(File.ReadAllText(Path.Combine(runs.Folder, file)), File.ReadAllText(Path.Combine(copy, file)));
        }
        File.Delete(Path.Combine(copy, "curve.csv"));
        Tool.Run("report", copy).Fails(ExitCode.Data, "curve.csv");
    }

    [Fact]
    public void A_curve_of_an_evaluation_is_that_of_the_training()
    {
        var folder = Path.Combine(runs.Root, "again");
        string[] same =
        [
            "--threat",
            "linf:0.3",
            "--block",
            "100",
            "--attack",
            "fgsm,pgd,pgd-margin",
            "--curve",
            "1000",
        ];
        string[] steps = ["--set", "attack.pgd.steps=3", "attack.pgd-margin.steps=3", "--quiet"];
        Tool.Run(Tool.Evaluate(runs.Folder, folder, [.. same, .. steps])).Succeeds();
        foreach (var file in (string[])["ledger.csv", "curve.csv", "gallery.json"])
        {
            Assert.Equal(
                File.ReadAllText(Path.Combine(runs.Folder, file)),
                File.ReadAllText(Path.Combine(folder, file))
            );
        }
        Tool.Run(Tool.Evaluate(runs.Folder, folder, "--curve", "-1")).Fails(ExitCode.Usage, "--curve", "-1");
        Tool.Run(Tool.Evaluate(runs.Folder, folder, "--unseen", "-1")).Fails(ExitCode.Usage, "--unseen", "-1");
    }

    [Fact]
    public void A_run_and_its_twin_are_verified_each_with_its_model_and_an_edited_twin_fails_both()
    {
        var twin = Path.Combine(runs.Folder, "twin");
        var said = Tool.Run("claim", "verify", runs.Folder, "--model", runs.Folder).Succeeds().Output;
        Assert.Contains("twin/report.json", said, StringComparison.Ordinal);
        Tool.Run("claim", "verify", twin, "--model", twin).Succeeds();
        Assert.Equal(
            (int)ExitCode.NotVerified,
            Tool.Run("claim", "verify", twin, "--model", runs.Folder, "--data", "mnist").Code
        );
        var copy = Path.Combine(runs.Root, "edited");
        foreach (var file in Directory.EnumerateFiles(runs.Folder, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(runs.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        var ledger = Path.Combine(copy, "twin", "ledger.csv");
        File.WriteAllText(ledger, File.ReadAllText(ledger).Replace(",0.3", ",0.2", StringComparison.Ordinal));
        var result = Tool.Run("claim", "verify", copy);
        Assert.Equal((int)ExitCode.NotVerified, result.Code);
        Assert.Contains("ledger.csv was changed", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_shows_a_run_beside_its_twin()
    {
        var (twin, page) = (Path.Combine(runs.Folder, "twin"), Path.Combine(runs.Root, "compare.html"));
        var said = Tool.Run("compare", runs.Folder, twin, "--out", page).Succeeds().Output;
        Assert.DoesNotContain("Not comparable", said, StringComparison.Ordinal);
        Assert.Contains("Worst case, at most", said, StringComparison.Ordinal);
        Assert.True(File.Exists(page));
        var json = JsonNode.Parse(Tool.Run("compare", runs.Folder, twin, "--json").Succeeds().Output)!;
        Assert.True((bool)json["comparable"]!);
        Assert.Equal(["run", "twin"], json["runs"]!.AsArray().Select(r => (string?)r!["name"]));
        Tool.Run("compare", runs.Folder).Fails(ExitCode.Usage);
        Tool.Run("compare", runs.Folder, runs.Folder).Fails(ExitCode.Usage, "twice");
        Tool.Run("compare", runs.Folder, runs.Root).Fails(ExitCode.Data, "manifest.json");
    }

    private static RunManifest Manifest(string folder) => RunManifest.Read(Path.Combine(folder, "manifest.json"));

    /// <summary>One small adversarial training with its twin.</summary>
    public sealed class Runs : IDisposable
    {
        public Runs() => Said = Tool.Run(Tool.Train(Folder, "mnist-linf")).Succeeds().Output;

        public string Root { get; } = Directory.CreateTempSubdirectory("temper-twin-").FullName;

        public string Folder => Path.Combine(Root, "run");

        public string Said { get; }

        public void Dispose() => Directory.Delete(Root, recursive: true);
    }
}
