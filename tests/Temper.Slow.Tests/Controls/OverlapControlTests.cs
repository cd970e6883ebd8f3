using System.Text.Json.Nodes;
using Temper.Data;
using Temper.Tests.Cli;
using Temper.Tests.Docs;
using Temper.Tests.Reports;

namespace Temper.Slow.Tests.Controls;

/// <summary>A run that was trained on images it is evaluated on, by the real commands: the claim is refused, for that alone.</summary>
public sealed class OverlapControlTests
{
    private const int Examples = 1200;
    private const int Shared = 12;

    [Fact]
    public void A_run_trained_on_what_it_is_evaluated_on_is_refused()
    {
        using var folder = new Folder();
        var mnist = (ImageSet)Datasets.Load("mnist", "train");
        // A hundredth of the test images are training images too.
        PackedSet.Write(
            folder.File("data/overlapping"),
            Parts.Of(mnist, "overlapping", "train", 0, 12_000),
            Parts.Of(mnist, "overlapping", "test", 12_000 - Shared, Examples)
        );
        var recipe = Path.Combine(Repository.PathOf("tests"), "Temper.Controls", "recipes", "overlap.yaml");
        // In that folder, so that what is kept names no place on a machine.
        void Run(params string[] args) =>
            Tool.Wait(
                    Tool.Start(
                        "dotnet",
                        [Tool.Dll, .. args, "--data-dir", "data", "--threads", "1", "--quiet"],
                        [],
                        folder.Path
                    ),
                    TimeSpan.FromMinutes(10)
                )
                .Succeeds();
        Run("train", recipe, "--out", "overlap", "--limit", "100");
        Run([
            .. (string[])["evaluate", "overlap", "--threat", "linf:0.3", "--protocol", "standard", "--sample", "1000"],
            .. (string[])["--out", "evaluated"],
        ]);
        var evaluated = folder.File("evaluated");
        var report = JsonNode.Parse(File.ReadAllText(Path.Combine(evaluated, "report.json")))!;
        var errors = report["findings"]!.AsArray().Where(f => (string?)f!["severity"] == "error");
        Assert.Equal("TMP113", (string?)Assert.Single(errors)!["id"]);
        Assert.Equal("refused", (string?)report["claim"]!["status"]);
        Assert.Equal(Shared, Overlap(evaluated));
        // On other data than its own the images are counted anew, and weights belong to the run whose folder they lie in.
        var trained = Parts.Of(mnist, "overlapping", "test", 0, 100);
        PackedSet.Write(folder.File("data/seen"), Parts.Of(mnist, "overlapping", "train", 50_000, 100), trained);
        Run([
            .. (string[])["evaluate", "overlap/best.safetensors", "--data", "seen", "--threat", "linf:0.3"],
            .. (string[])["--attack", "fgsm", "--out", "seen"],
        ]);
        Assert.Equal(trained.Count, Overlap(folder.File("seen")));
        if (Environment.GetEnvironmentVariable("TEMPER_UPDATE_DOCS") == "1")
        {
            foreach (var file in (string[])["manifest.json", "report.json"])
            {
                var kept = Repository.PathOf($"docs/evidence/controls/overlap/{file}");
                Directory.CreateDirectory(Path.GetDirectoryName(kept)!);
                File.Copy(Path.Combine(evaluated, file), kept, overwrite: true);
            }
        }
    }

    private static int Overlap(string folder) =>
        (int)JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "manifest.json")))!["data"]!["overlap"]!;
}
