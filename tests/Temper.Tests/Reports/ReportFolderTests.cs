using System.Globalization;
using System.Text.Json.Nodes;
using Temper.Errors;
using Temper.Evaluation;
using Temper.Reports;
using Temper.Runs;

namespace Temper.Tests.Reports;

public sealed class ReportFolderTests
{
    [Fact]
    public void The_same_files_give_the_same_bytes()
    {
        using var one = new Folder();
        using var two = new Folder();
        new SampleRun { Twin = "natural", Curve = 1000 }.Write(one.Path);
        ReportFolder.Write(one.Path);
        var json = File.ReadAllBytes(one.File("report.json"));
        var html = File.ReadAllBytes(one.File("report.html"));
        ReportFolder.Write(one.Path);
        Assert.Equal(json, File.ReadAllBytes(one.File("report.json")));
        Assert.Equal(html, File.ReadAllBytes(one.File("report.html")));
        // Neither the folder's name nor the hour enters.
        new SampleRun { Twin = "natural", Curve = 1000 }.Write(two.Path);
        ReportFolder.Write(two.Path);
        Assert.Equal(json, File.ReadAllBytes(two.File("report.json")));
        Assert.Equal(html, File.ReadAllBytes(two.File("report.html")));
        Assert.DoesNotContain((byte)'\r', html);
        Assert.DoesNotContain((byte)'\r', json);
        Assert.DoesNotContain(Directory.GetFiles(two.Path), f => f.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void The_json_has_the_fields_that_others_rely_on()
    {
        using var folder = new Folder();
        var json = Json(new SampleRun(), folder);
        Assert.Equal(
            "schema model data threat clean attacks worstCase lowerBound findings claim cost validation environment probes curve unseen strength metrics transfer twin testLooks",
            Keys(json)
        );
        Assert.Equal(1, (int)json["schema"]!);
        Assert.Equal("path sha256 kind notes", Keys(json["model"]));
        Assert.Equal("name split n selection sha256", Keys(json["data"]));
        Assert.Equal("""{"text":"linf:0.3","norm":"linf","epsilon":0.3}""", json["threat"]!.ToJsonString());
        Assert.Equal("""{"correct":9860,"n":10000,"rate":0.986}""", json["clean"]!.ToJsonString());
        var pgd = json["attacks"]![1]!;
        Assert.Equal("id options attempted broken forwards gradients seconds notices surrogate", Keys(pgd));
        Assert.Equal("pgd", (string?)pgd["id"]);
        Assert.Equal("pgd-margin", (string?)json["attacks"]![2]!["id"]);
        Assert.Equal(40, (int)pgd["options"]!["steps"]!);
        Assert.Equal((9_548, 694), ((int)pgd["attempted"]!, (int)pgd["broken"]!));
        Assert.Equal("robust n rate upper", Keys(json["worstCase"]));
        Assert.Equal((8_790, 10_000), ((int)json["worstCase"]!["robust"]!, (int)json["worstCase"]!["n"]!));
        Assert.Equal(Interval.UpperLimit(8_790, 10_000), (double)json["worstCase"]!["upper"]!);
        Assert.Null(json["lowerBound"]);
        Assert.Equal("id severity message whatToDo page figures threshold source", Keys(json["findings"]![0]));
        Assert.Equal("error", (string?)json["findings"]![0]!["severity"]);
        Assert.Equal("status sentence reasons", Keys(json["claim"]));
        Assert.Equal("refused", (string?)json["claim"]!["status"]);
        Assert.Equal(
            ["attacks insufficient", "no protocol was followed, so nothing looked for failing attacks"],
            json["claim"]!["reasons"]!.AsArray().Select(r => (string?)r!["text"])
        );
        Assert.Equal(
            "temper evaluate RUN --threat linf:0.3 --protocol standard",
            (string?)json["claim"]!["reasons"]![0]!["cure"]
        );
        Assert.Equal(2_640_000, (int)json["cost"]!["training"]!["forwards"]!);
        Assert.Equal(new SampleRun().Evidence().Forwards, (long)json["cost"]!["evaluation"]!["forwards"]!);
        Assert.Equal("philox4x32-10/v1", (string?)json["environment"]!["rng"]);
    }

    [Fact]
    public void The_json_holds_curve_and_twin()
    {
        using var folder = new Folder();
        var run = new SampleRun { Twin = "natural", Curve = 1000 };
        var json = Json(run, folder);
        Assert.Equal("attack n points", Keys(json["curve"]));
        Assert.Equal("budget robust rate", Keys(json["curve"]!["points"]![4]));
        Assert.Equal("""{"budget":0.3,"robust":879,"rate":0.879}""", json["curve"]!["points"]![4]!.ToJsonString());
        Assert.Equal("folder n cleanCorrect robust trainingSeconds curve", Keys(json["twin"]));
        Assert.Equal((9_920, 0), ((int)json["twin"]!["cleanCorrect"]!, (int)json["twin"]!["robust"]!));
    }

    [Fact]
    public void The_json_holds_unseen_threats_and_what_was_left_out()
    {
        using var folder = new Folder();
        var json = Json(new SampleRun { Unseen = 200 }, folder);
        Assert.Equal("n cleanCorrect threats", Keys(json["unseen"]));
        Assert.Equal(
            """{"family":"norm","name":"l2","setting":"2.1","correct":62,"rate":0.31,"leftOut":null}""",
            json["unseen"]!["threats"]![0]!.ToJsonString()
        );
        using var other = new Folder();
        json = Json(PageSamples.Colour, other);
        Assert.Equal(
            """{"family":"norm","name":"l2","setting":"2.1","correct":null,"rate":null,"leftOut":"needs gradients"}""",
            json["unseen"]!["threats"]![0]!.ToJsonString()
        );
    }

    [Fact]
    public void A_matrix_of_another_run_is_refused()
    {
        using var folder = new Folder();
        new SampleRun { Unseen = 200 }.Write(folder.Path);
        var manifest = File.ReadAllText(folder.File("manifest.json"));
        File.WriteAllText(
            folder.File("manifest.json"),
            manifest.Replace("\"examples\": 200", "\"examples\": 201", StringComparison.Ordinal)
        );
        var error = Assert.Throws<DataException>(() => ReportFolder.Read(folder.Path));
        Assert.Contains("unseen.csv: found n 200, expected 201", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("999", "1000", "n 1000, expected 999")]
    [InlineData("1000", "999", "n 999, expected 1000")]
    public void A_curve_of_another_run_is_refused(string asked, string found, string says)
    {
        using var folder = new Folder();
        (new SampleRun() with { Curve = int.Parse(found, CultureInfo.InvariantCulture) }).Write(folder.Path);
        var manifest = File.ReadAllText(folder.File("manifest.json"));
        File.WriteAllText(
            folder.File("manifest.json"),
            manifest.Replace($"\"examples\": {found}", $"\"examples\": {asked}", StringComparison.Ordinal)
        );
        var error = Assert.Throws<DataException>(() => ReportFolder.Read(folder.Path));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_examples_have_no_upper_limit_in_the_json()
    {
        using var folder = new Folder();
        var json = Json(new SampleRun { Selection = DataSelection.First(300, 10_000), Trained = false }, folder);
        Assert.True(json["worstCase"]!.AsObject().ContainsKey("upper"));
        Assert.Null(json["worstCase"]!["upper"]);
        Assert.Null(json["cost"]!["training"]);
        Assert.Equal("first 300", (string?)json["data"]!["selection"]);
    }

    [Fact]
    public void A_folder_with_a_missing_file_gets_no_report()
    {
        using var folder = new Folder();
        foreach (
            var name in new[]
            {
                "manifest.json",
                "ledger.csv",
                "attempts.csv",
                "curve.csv",
                "unseen.csv",
                "natural/ledger.csv",
            }
        )
        {
            new SampleRun
            {
                Twin = "natural",
                Curve = 100,
                Unseen = 50,
            }.Write(folder.Path);
            File.Delete(folder.File(name));
            var error = Assert.Throws<DataException>(() => ReportFolder.Write(folder.Path));
            Assert.Contains(Path.GetFileName(name), error.Message, StringComparison.Ordinal);
            Assert.False(File.Exists(folder.File("report.html")));
        }
    }

    [Theory]
    [InlineData("{\"kind\":\"epoch\",\"epoch\":1\n", "metrics.jsonl:1")]
    [InlineData("{\"kind\":\"step\"}\n{\"kind\":\"epoch\"}\n", "metrics.jsonl:2")]
    [InlineData("{\"kind\":\"epoch\",\"epoch\":1,\"loss\":\"low\"}\n", "metrics.jsonl:1")]
    [InlineData("[]\n", "metrics.jsonl:1")]
    public void Damaged_metrics_are_named(string text, string says)
    {
        using var folder = new Folder();
        new SampleRun().Write(folder.Path);
        File.WriteAllText(folder.File("metrics.jsonl"), text);
        var error = Assert.Throws<DataException>(() => ReportFolder.Write(folder.Path));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_epoch_run_again_after_a_resume_counts_once()
    {
        using var folder = new Folder();
        new SampleRun().Write(folder.Path);
        File.WriteAllText(
            folder.File("metrics.jsonl"),
            """
            {"kind":"epoch","epoch":2,"loss":0.5}
            {"kind":"epoch","epoch":1,"loss":0.9}
            {"kind":"epoch","epoch":2,"loss":0.25,"validationRobust":null}

            """
        );
        var epochs = ReportFolder.Read(folder.Path).Epochs;
        Assert.Equal([1, 2], epochs.Select(e => e.Epoch));
        Assert.Equal([0.9, 0.25], epochs.Select(e => e.Loss));
        Assert.Null(epochs[1].ValidationRobust);
    }

    private static JsonObject Json(SampleRun run, Folder folder)
    {
        ReportFolder.Write(run.Write(folder.Path));
        return JsonNode.Parse(File.ReadAllText(folder.File("report.json")))!.AsObject();
    }

    private static string Keys(JsonNode? node) => string.Join(' ', node!.AsObject().Select(p => p.Key));
}
