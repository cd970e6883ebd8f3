using System.Text.Json.Nodes;
using Temper.Errors;
using Temper.Reports;
using Temper.Tests.Reports;

namespace Temper.Tests.Cli;

/// <summary>Data of the user's own, from the files to the report.</summary>
public sealed class DataCommandTests
{
    [Fact]
    public void Lists_what_is_known_and_what_was_imported()
    {
        using var folder = new Folder();
        WriteImages(folder.File("photos"), 30);
        Tool.Run("data", "import", folder.File("photos"), "--name", "mine", "--size", "8", "--data-dir", folder.Path)
            .Succeeds();
        var list = Tool.Run("data", "list", "--data-dir", folder.Path).Succeeds().Output;
        foreach (var part in (string[])["mnist", "CIFAR-10", "MIT", "mine", "images", "csv"])
        {
            Assert.Contains(part, list, StringComparison.Ordinal);
        }
        var verified = Tool.Run("data", "verify", "mine", "--data-dir", folder.Path).Succeeds().Output;
        Assert.Contains("mine/test: ", verified, StringComparison.Ordinal);
        Assert.Contains("hash matches", verified, StringComparison.Ordinal);
        var missing = Tool.Run("data", "verify", "cifar10", "--data-dir", folder.Path);
        Assert.Equal((int)ExitCode.Data, missing.Code);
        Assert.Contains("cifar10/train: not here", missing.Output, StringComparison.Ordinal);
        Assert.Contains(
            "mnist/train: 60000 examples, hash matches",
            Tool.Run("data", "verify", "mnist").Succeeds().Output
        );
        Tool.Run("data", "get", "cifar").Fails(ExitCode.Usage, "cifar10");
        Tool.Run("data", "import", folder.File("photos"), "--name", "mnist").Fails(ExitCode.Usage, "mnist");
        Tool.Run("data", "import", folder.File("photos"), "--name", "m", "--size", "0").Fails(ExitCode.Usage, "--size");
    }

    [Fact]
    public void A_folder_of_images_is_trained_on_evaluated_and_evaluated_again()
    {
        using var folder = new Folder();
        WriteImages(folder.File("photos"), 60);
        File.WriteAllText(
            folder.File("mine.yaml"),
            $$"""
            name: mine
            summary: red against blue
            data: { name: images, path: '{{folder.File(
                "photos"
            )}}', size: 8, validation: 20, augment: { crop: 1, flip: true } }
            model: { id: layers, layers: [flatten, fc 192 8, relu, fc 8 2] }
            threat: linf:8/255
            training:
              objective: { id: fast, step: rel:1.25 }
              epochs: 3
              batch: 20
              optimizer: { id: adam }
              schedule: [[0, 0.01], [1, 0]]
              validate: { steps: 2, step: rel:1, examples: 20 }
            evaluation:
              attacks: [fgsm]
              block: 20
            """
        );
        var run = folder.File("run");
        Tool.Run("train", folder.File("mine.yaml"), "--out", run, "--threads", "1").Succeeds();
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "manifest.json")))!;
        Assert.Equal("photos", (string)manifest["data"]!["name"]!);
        Assert.Equal(0, (int)manifest["data"]!["overlap"]!);
        Assert.Equal(["blue", "red"], manifest["data"]!["classNames"]!.AsArray().Select(n => (string)n!));
        Assert.Contains("hash of their paths", (string)manifest["data"]!["rule"]!, StringComparison.Ordinal);
        var report = File.ReadAllText(Path.Combine(run, "report.html"));
        Assert.Contains("photos test images", report, StringComparison.Ordinal);

        // The run's folder knows its data.
        var again = folder.File("again");
        Tool.Run(
                "evaluate",
                run,
                "--threat",
                "linf:8/255",
                "--attack",
                "fgsm",
                "--out",
                again,
                "--threads",
                "1",
                "--block",
                "20"
            )
            .Succeeds();
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(run, "ledger.csv")),
            File.ReadAllBytes(Path.Combine(again, "ledger.csv"))
        );
    }

    [Fact]
    public void Copies_of_training_images_among_the_evaluated_are_a_finding()
    {
        using var folder = new Folder();
        WriteImages(folder.File("p/train"), 30);
        WriteImages(folder.File("p/test"), 4);
        var run = folder.File("run");
        File.WriteAllText(
            folder.File("mine.yaml"),
            $$"""
            name: mine
            summary: copies
            data: { name: images, path: '{{folder.File("p")}}', size: 8, validation: 20 }
            model: { id: linear }
            threat: linf:8/255
            training: { objective: { id: natural }, epochs: 1, batch: 20, schedule: [[0, 0.01], [1, 0]], validate: { steps: 1, examples: 20 } }
            evaluation: { attacks: [fgsm], block: 20 }
            """
        );
        var printed = Tool.Run("train", folder.File("mine.yaml"), "--out", run, "--threads", "1").Succeeds();
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "report.json")))!;
        Assert.Contains(json["findings"]!.AsArray(), f => (string)f!["id"]! == "TMP113");
        Assert.Contains(
            "8 of the 8 test images are training images too",
            File.ReadAllText(Path.Combine(run, "report.html"))
        );
        Assert.NotEmpty(printed.Output);
    }

    [Fact]
    public void A_table_is_trained_on_and_its_categories_are_a_finding()
    {
        using var folder = new Folder();
        var rows = Enumerable
            .Range(0, 300)
            .Select(i => $"{i % 50},{(i % 3 == 0 ? "a" : "b")},{(i % 50 < 25 ? "low" : "high")},{i}");
        File.WriteAllText(folder.File("t.csv"), "x,kind,label,id\n" + string.Join('\n', rows) + "\n");
        File.WriteAllText(
            folder.File("mine.yaml"),
            $$"""
            name: mine
            summary: a table
            data: { name: csv, path: t.csv, validation: 50 }
            model: { id: mlp }
            threat: linf:0.1
            training: { objective: { id: natural }, epochs: 20, batch: 20, schedule: [[0, 0.01], [1, 0]], validate: { steps: 1, examples: 50 } }
            evaluation: { attacks: [fgsm], block: 20 }
            """
        );
        var run = folder.File("run");
        Tool.Run("train", folder.File("mine.yaml"), "--out", run, "--threads", "1", "--data-dir", folder.Path)
            .Succeeds();
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "report.json")))!;
        Assert.Contains(json["findings"]!.AsArray(), f => (string)f!["id"]! == "TMP114");
        Assert.InRange((double)json["clean"]!["correct"]! / (double)json["clean"]!["n"]!, 0.8, 1);
        Assert.Contains("t test rows", File.ReadAllText(Path.Combine(run, "report.html")), StringComparison.Ordinal);
    }

    /// <summary>Red and blue squares with a little of everything else; the same names give the same images.</summary>
    private static void WriteImages(string folder, int each)
    {
        foreach (var name in (string[])["red", "blue"])
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
            for (var i = 0; i < each; i++)
            {
                var pixels = new byte[10 * 8 * 3];
                for (var p = 0; p < pixels.Length; p++)
                {
                    var own = p % 3 == (name == "red" ? 0 : 2);
                    pixels[p] = (byte)(
                        (own ? 180u : 30u) + ((uint)((p + 1) * ((2 * i) + 3)) * 2_654_435_761u >> 24) % 40
                    );
                }
                File.WriteAllBytes(Path.Combine(folder, name, $"{i}.png"), Png.Encode(10, 8, 3, pixels));
            }
        }
    }
}
