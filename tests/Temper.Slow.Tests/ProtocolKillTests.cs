using System.Text.Json.Nodes;
using Temper.Data;
using Temper.Tests.Cli;

namespace Temper.Slow.Tests;

/// <summary>
/// An evaluation under a protocol, with all that belongs to it, killed with SIGKILL at random moments and resumed each time: the
/// report is that of the evaluation that was not, but for the seconds.
/// </summary>
public sealed class ProtocolKillTests : IDisposable
{
    private const int Kills = 10;

    // Every file that holds no time.
    private static readonly string[] Files =
    [
        "ledger.csv",
        "attempts.csv",
        "certificates.csv",
        "unseen.csv",
        "gallery.json",
        "points.safetensors",
        "health.json",
        "transfer.json",
        "estimates.json",
    ];

    private static readonly string[] Times = ["seconds", "cleanSeconds", "started"];

    private readonly Killing _killing = new();

    public void Dispose() => _killing.Dispose();

    [Fact]
    public void An_evaluation_under_a_protocol_killed_ten_times_ends_with_the_same_report()
    {
        var model = Train("model");
        var surrogate = Train("surrogate", "seed=1");
        // A budget that leaves some examples standing, so that every attack has work.
        string[] Evaluate(string folder) =>
            [
                "evaluate",
                model,
                .. (string[])["--surrogate", surrogate, "--threat", "linf:0.04", "--protocol", "standard"],
                .. (string[])["--sample", "40", "--unseen", "40", "--block", "20"],
                .. (string[])["--out", folder, "--quiet", "--resume", "--threads", "1"],
            ];
        var looks = new Looks(model);
        var (whole, seconds) = _killing.Whole("protocol", Evaluate);
        looks.Forget();
        _killing.KillAndResume("protocol", Evaluate, whole, seconds, Kills, Files, Check);

        void Check(string folder)
        {
            SameReport(whole, folder);
            looks.Forget();
        }
    }

    // Minutes; run it with -explicit on.
    [Fact(Explicit = true)]
    public void A_full_evaluation_killed_while_it_trains_surrogates_and_later_ends_with_the_same_report()
    {
        var model = Train("target");
        // Few images to train surrogates on.
        var data = Path.Combine(_killing.Root, "data");
        var mnist = (ImageSet)Datasets.Load("mnist", "train");
        PackedSet.Write(
            Path.Combine(data, "small"),
            Parts.Of(mnist, "small", "train", 0, 600),
            Parts.Of(mnist, "small", "test", 600, 100)
        );
        // Under this budget nothing stands for the long attacks of the list.
        string[] Evaluate(string folder) =>
            [
                "evaluate",
                model,
                .. (string[])["--threat", "linf:0.3", "--protocol", "full", "--sample", "10", "--unseen", "4"],
                .. (string[])["--data", "small", "--data-dir", data],
                .. (string[])["--out", folder, "--quiet", "--resume", "--threads", "1"],
            ];
        var looks = new Looks(model);
        var (whole, seconds) = _killing.Whole("full", Evaluate);
        string[] files = [.. Files, "surrogates/natural.safetensors", "surrogates/pgd.safetensors"];
        looks.Forget();
        _killing.KillAndResume("full", Evaluate, whole, seconds, 3, files, Check);

        void Check(string folder)
        {
            SameReport(whole, folder);
            looks.Forget();
        }
    }

    /// <summary>Two reports that differ in seconds alone, and not even in a byte once the times are those of one of them.</summary>
    private static void SameReport(string whole, string folder)
    {
        foreach (var file in (string[])["manifest.json", "report.json"])
        {
            Assert.Equal(Timeless(whole, file), Timeless(folder, file));
        }
        Tool.Run("claim", "verify", Path.Combine(folder, "report.json")).Succeeds();
        File.Copy(Path.Combine(whole, "manifest.json"), Path.Combine(folder, "manifest.json"), overwrite: true);
        Tool.Run("report", folder).Succeeds();
        foreach (var file in (string[])["report.json", "report.html"])
        {
            Assert.Equal(File.ReadAllText(Path.Combine(whole, file)), File.ReadAllText(Path.Combine(folder, file)));
        }
    }

    /// <summary>The looks at test data of a training run: each evaluation is one more, and says so, so that the next would differ.</summary>
    private sealed class Looks(string run)
    {
        private readonly string _path = Path.Combine(run, "test-looks.jsonl");
        private readonly byte[] _before = File.ReadAllBytes(Path.Combine(run, "test-looks.jsonl"));

        public void Forget() => File.WriteAllBytes(_path, _before);
    }

    private static string Timeless(string folder, string file)
    {
        var tree = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, file)))!;
        Drop(tree);
        return tree.ToJsonString();
    }

    private static void Drop(JsonNode? node)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list)
            {
                Drop(item);
            }
        }
        if (node is JsonObject entries)
        {
            foreach (var (key, value) in entries.ToList())
            {
                Drop(value);
                _ = Times.Contains(key, StringComparer.Ordinal) && entries.Remove(key);
            }
        }
    }

    private string Train(string name, params string[] sets)
    {
        var folder = Path.Combine(_killing.Root, name);
        string[] small = ["model.id=mlp", "training.epochs=1", "data.validation=50000", "evaluation.attacks=[fgsm]"];
        string[] args =
        [
            .. (string[])
                ["train", "mnist-natural", "--out", folder, "--quiet", "--threads", "1", "--limit", "100", "--set"],
            .. small,
            .. sets,
        ];
        Tool.Run(args).Succeeds();
        return folder;
    }
}
