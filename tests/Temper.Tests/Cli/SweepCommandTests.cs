using System.Text.Json.Nodes;
using Temper.Errors;
using Temper.Runs;
using Temper.Workflow.Sweeps;

namespace Temper.Tests.Cli;

/// <summary><c>temper sweep</c>: runs of one recipe by several methods, none made twice, measured on examples held out.</summary>
public sealed class SweepCommandTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("temper-sweep-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Runs_are_made_once_compared_and_measured_on_examples_held_out()
    {
        var folder = Path.Combine(_root, "sweep");
        var first = Tool.Run(Sweep(folder, "fast,n-fgsm/step=rel:1")).Succeeds();
        Assert.Contains("fast-seed-0", first.Output, StringComparison.Ordinal);
        var manifests = new[] { "fast-seed-0", "n-fgsm_step_rel_1-seed-0" }
            .Select(run => Path.Combine(folder, run, "manifest.json"))
            .ToArray();
        var (one, two) = (RunManifest.Read(manifests[0]), RunManifest.Read(manifests[1]));
        Assert.Equal("100 held out of train", one.Data.Split);
        Assert.Equal((one.Data.Sha256, one.Data.Overlap), (two.Data.Sha256, 0));
        Assert.False(File.Exists(Path.Combine(folder, "fast-seed-0", "curve-journal.jsonl")));
        Assert.Equal("rel:1", (string?)two.Training!.Config["training"]!["objective"]!["step"]);
        // 2 F + 2 B a step: a budget of 9 passes pays for two epochs.
        Assert.Equal(2, (int)one.Training!.Config["training"]!["epochs"]!);
        var comparison = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "sweep.json")))!;
        Assert.True((bool)comparison["comparable"]!);
        Assert.Equal(2, comparison["runs"]!.AsArray().Count);
        Assert.Equal(
            [("fast", "fast", 2, 0), ("n-fgsm_step_rel_1", "n-fgsm", 2, 0)],
            comparison["runs"]!
                .AsArray()
                .Select(run => run!["training"]!)
                .Select(t => ((string)t["recipe"]!, (string)t["objective"]!, (int)t["epochs"]!, (int)t["seed"]!))
        );
        Assert.Contains("<svg", File.ReadAllText(Path.Combine(folder, "sweep.html")), StringComparison.Ordinal);

        var written = manifests.Select(File.GetLastWriteTimeUtc).ToArray();
        // Without its report a run is not finished; the other is, and is left as it is.
        File.Delete(Path.Combine(folder, "fast-seed-0", "report.json"));
        var again = Tool.Run(Sweep(folder, "fast,n-fgsm/step=rel:1")).Succeeds();
        Assert.Contains("n-fgsm_step_rel_1-seed-0, finished before", again.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("fast-seed-0, finished before", again.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, "fast-seed-0", "report.json")));
        Assert.Equal(written[1], File.GetLastWriteTimeUtc(manifests[1]));

        Tool.Run([.. Sweep(folder, "fast,n-fgsm/step=rel:1"), "--set", "training.batch=64"])
            .Fails(ExitCode.Usage, "holds a run with other settings");
    }

    [Theory]
    [InlineData("fast", "0", "9", "found one method and one seed")]
    [InlineData("fast,fast", "0", "9", "'fast' is named twice")]
    [InlineData("fast,trades", "1,1", "99", "'1' is named twice")]
    [InlineData("fast,nonsense", "0", "9", "nonsense")]
    [InlineData("fast/step", "0,1", "9", "expected a method's id and settings")]
    [InlineData("fast,natural", "x", "9", "--seeds: found 'x'")]
    [InlineData("fast,natural", "0", "3", "expected at least 4")]
    public void What_is_wrong_is_said_before_anything_is_made(string methods, string seeds, string passes, string said)
    {
        var folder = Path.Combine(_root, "never");
        Tool.Run([.. Sweep(folder, methods, passes), "--seeds", seeds]).Fails(ExitCode.Usage, said);
        Assert.False(Directory.Exists(folder));
    }

    /// <summary>2 F + 2 B of fast; AWP computes the loss, 1 F + 1 B, once more, and a share of clean inputs adds as much to both.</summary>
    [Theory]
    [InlineData("fast", 6)]
    [InlineData("fast/training.awp.gamma=0.01", 4)]
    [InlineData("fast/training.awp.gamma=0.01/training.clean-share=0.5", 2)]
    [InlineData("fast/training.label-smoothing=0.1", 6)]
    public void A_budget_pays_for_what_is_wrapped_around_a_method_as_well(string method, int epochs)
    {
        var request = new SweepRequest
        {
            Recipe = RecipeSource.Read("mnist-linf"),
            Methods = [SweepMethod.Parse(method)],
            Seeds = [0, 1],
            Passes = 24,
            Folder = Path.Combine(_root, "planned"),
        };
        Assert.All(
            new SweepRun(request, TimeProvider.System).Runs,
            r => Assert.Equal(epochs, r.Config.Training.Epochs)
        );
    }

    [Fact]
    public void A_method_takes_the_place_of_the_recipes_with_its_own_options()
    {
        var recipe = RecipeSource.Read("mnist-linf");
        var same = SweepMethod.Parse("pgd/steps=3").Of(recipe);
        Assert.Equal("3", same.Training.Objective.Options.Find("steps")!.Value);
        Assert.Equal("rel:0.35", same.Training.Objective.Options.Find("step")!.Value);
        var other = SweepMethod.Parse("trades/beta=3/training.ema=0").Of(recipe);
        Assert.Equal(
            ("trades", "trades_beta_3_training.ema_0", 0.0),
            (other.Training.Objective.Id, other.Name, other.Training.Ema)
        );
        Assert.Equal(["beta"], other.Training.Objective.Options.Entries.Select(e => e.Key));
        Assert.Empty(other.Expected);
    }

    [Fact]
    public void Paths_and_lists_are_values_of_a_method()
    {
        var methods = SweepMethod.ParseList("hat/model=/runs/plain/beta=2, ensemble/models=[runs/a,runs/b]");
        Assert.Equal(["hat", "ensemble"], methods.Select(m => m.Id));
        Assert.Equal(["training.objective.model=/runs/plain", "training.objective.beta=2"], methods[0].Sets);
        Assert.Equal(["training.objective.models=[runs/a,runs/b]"], methods[1].Sets);
    }

    private static string[] Sweep(string folder, string methods, string passes = "9") =>
        [
            .. (string[])["sweep", "mnist-linf", "--methods", methods, "--passes", passes, "--held-out", "100"],
            .. (string[])["--out", folder, "--threads", "1", "--set", .. Tool.Small, "data.validation=58900"],
            .. (string[])["training.guard-chance=false", "training.guard-collapse=false"],
        ];
}
