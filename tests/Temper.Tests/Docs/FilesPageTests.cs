using System.Text.Json.Nodes;
using Temper.Bench;
using Temper.Bench.Multiples;
using Temper.Evaluation;
using Temper.Evaluation.Estimates;
using Temper.Evaluation.Health;
using Temper.Evaluation.Transferring;
using Temper.Evaluation.Unseen;
using Temper.Models;
using Temper.Reports;
using Temper.Runs;
using Temper.Serialization;
using Temper.Tests.Bench;
using Temper.Tests.Evaluation.Analysers;
using Temper.Tests.Evaluation.Health;
using Temper.Tests.Kit;
using Temper.Tests.Reports;
using Temper.Threats;
using Temper.Training;
using Temper.Training.Observers;
using Temper.Workflow;
using ReportFolder = Temper.Reports.ReportFolder;

namespace Temper.Tests.Docs;

// docs/files.md names every field that is written, and no other.
public sealed class FilesPageTests
{
    // Given by the attack or the recipe, not by the file format.
    private static readonly string[] Free =
    [
        "attacks[].options",
        "probes[].options",
        "findings[].figures",
        "by",
        "lowerBound.by",
        "attack.options",
        "arithmetic.convolutions",
        "files",
        "training.config",
    ];

    private static readonly string Page = Repository.Read("docs/files.md");

    [Fact]
    public void Report()
    {
        using var folder = new Folder();
        new ProbedSample(
            new SampleRun
            {
                Twin = "natural",
                Curve = 100,
                Unseen = 50,
            }
        ).Write(folder.Path);
        ReportFolder.Write(folder.Path);
        var trained = Json(folder.File("report.json"));
        using var other = new Folder();
        new SampleRun
        {
            Trained = false,
            Notes = ["a note"],
            Threat = ManifestSamples.Union,
            Attacks = [ManifestSamples.Remarked],
            Broken = [140, 312],
        }.Write(other.Path);
        ReportFolder.Write(other.Path);
        using var bare = new Folder();
        new SampleRun { Twin = "natural", Trained = false }.Write(bare.Path);
        ReportFolder.Write(bare.Path);
        var probed = ProbedRun.Of(("fgsm", 0, 90), ("pgd-10", 0, 20)) with { Notices = ["a notice"] };
        var evidence = probed.Evidence();
        var findings = Findings.Of(evidence);
        Compare(
            "report.json",
            [
                .. Paths(trained),
                .. Paths(Json(other.File("report.json"))),
                .. Paths(Json(bare.File("report.json"))),
                .. CertifiedSample.Paths(),
                .. Paths(ReportJson.ToJson(new(evidence, findings, Claim.From(evidence, findings), [], null, null))),
            ]
        );
    }

    [Fact]
    public void Manifest()
    {
        using var folder = new Folder();
        new SampleRun
        {
            Twin = "natural",
            Curve = 100,
            Unseen = 50,
            Attacks = [.. new SampleRun().Attacks.Select(a => a with { List = "autoattack" })],
        }.Write(folder.Path);
        var path = folder.File("manifest.json");
        var manifest = RunManifest.Read(path);
        // With everything that is said only where it applies.
        (
            manifest with
            {
                Kind = RunManifest.Certify,
                Certification = CertificationFilesTests.Everything,
                Model = manifest.Model with
                {
                    Notes = ["a note"],
                    StatedClean = new(0.98, 0, "somebody") { Examples = 100 },
                },
                TestLooks = 1,
                Surrogates = [new("other.pt", ManifestSamples.Hash) { Training = new(1, 1) }],
                Threat = ManifestSamples.Union,
                Training = manifest.Training! with
                {
                    Start = new("net.onnx", ManifestSamples.Hash, "start.onnx", "unknown", "unknown"),
                    Others = [new("runs/plain", ManifestSamples.Hash)],
                    Extra = new("more", 10, 1, 0.5, ManifestSamples.Hash),
                    Weaknesses = [new("steps-fall-short", true, "training.objective.step", "too short", "longer")],
                },
                Files = new Dictionary<string, string> { ["ledger.csv"] = ManifestSamples.Hash },
                Attacks = [.. manifest.Attacks.Select(a => a with { Threat = "l2:2" }), ManifestSamples.Remarked],
                Arithmetic = new("fast", new Dictionary<string, string> { ["1x28x28-16 k4x4 s2x2 p1x1"] = "fold" }),
                Data = manifest.Data with
                {
                    Variant = "JPEG-decoded",
                    Rule = "by hand",
                    Noun = "rows",
                    OneHot = 3,
                    Overlap = 0,
                    ClassNames = ["a", "b"],
                },
            }
        ).Write(path);
        Compare("manifest.json", [.. Paths(Json(path)), "training"]);
    }

    [Fact]
    public void Ledger() => Compare("ledger.csv", LedgerCsv.Header.Split(','));

    [Fact]
    public void Attempts() => Compare("attempts.csv", AttemptsCsv.Header.Split(','));

    [Fact]
    public void Curve() => Compare("curve.csv", CurveCsv.Header.Split(','));

    [Fact]
    public void Unseen() => Compare("unseen.csv", UnseenCsv.Header.Split(','));

    [Fact]
    public void Looks()
    {
        var look = new TestLook(default, "train", "00", "mnist", "test", "00", "all", 1, "linf:0.1", ["fgsm"], "00");
        Compare(TestLooks.FileName, Paths(JsonText.ToNode(look with { Protocol = "quick" })));
    }

    [Fact]
    public void Gallery()
    {
        using var folder = new Folder();
        SamplePictures.Digits().Write(folder.File("gallery.json"));
        Compare("gallery.json", Paths(Json(folder.File("gallery.json"))));
    }

    [Fact]
    public void Health()
    {
        using var folder = new Folder();
        HealthFile.Write(folder.File("health.json"), SampleHealth.Honest);
        Compare("health.json", Paths(Json(folder.File("health.json"))));
    }

    [Fact]
    public void Estimates()
    {
        using var folder = new Folder();
        var file = folder.File(ModelEstimates.FileName);
        new ModelEstimates(10, 32, 321, 320, [new(3, 4.5, 18, 0.22)]).Write(file);
        Compare(ModelEstimates.FileName, Paths(Json(file)));
    }

    [Fact]
    public void Transfer()
    {
        using var folder = new Folder();
        var file = folder.File(TransferMatrix.FileName);
        new TransferMatrix([new("a.pt", "00")], 256, 40, 1, 2, [new(0, 0, 3, 1)]).Write(file);
        Compare(TransferMatrix.FileName, Paths(Json(file)));
    }

    [Fact]
    public void Metrics()
    {
        using var folder = new Folder();
        var file = folder.File("metrics.jsonl");
        ITrainObserver writer = new MetricsWriter(file, resume: false);
        writer.OnEpoch(null!, new(1, 10, 0.1, 0.3, 2.3, 0.1, new ValidationRecord(10, 5, 4, 3, 3) { Proven = 2 }, 1));
        Compare("metrics.jsonl", Paths(Json(file)));
    }

    [Fact]
    public void Benchmarks()
    {
        using var folder = new Folder();
        var before = SampleBench.File(SampleBench.Row(1)) with { Threads = 1 };
        var file = SampleBench.File(SampleBench.Row(1.5));
        (file with { Comparison = BenchComparison.Of("before.json", before, file) }).Write(folder.File("bench.json"));
        Compare("Bench files", Paths(Json(folder.File("bench.json"))));
        new MultipleFile
        {
            Started = file.Started,
            Threads = 1,
            Runs = 1,
            Environment = file.Environment,
            Network = MultipleUnit.Name,
            Batch = 1,
            Passes = new(1, 2, 3),
            Rows = [SampleBench.Multiple],
        }.Write(folder.File("methods.json"));
        Compare("Bench files of methods", Paths(Json(folder.File("methods.json"))));
    }

    [Fact]
    public void Weights_metadata() =>
        Compare(
            "Weights",
            [
                .. ModelFile.Metadata("linear", null, new InputShape(1, 28, 28), 10, "nothing").Keys,
                BasedWeights.Base,
                BasedWeights.BaseHash,
            ]
        );

    [Fact]
    public void Points()
    {
        using var folder = new Folder();
        var path = folder.File("points.safetensors");
        BrokenPoints.Of([1, 1, 1], []).Write(path, "00");
        var file = SafetensorsFile.Read(path);
        Compare("points.safetensors", [.. file.Entries.Select(e => e.Name), .. file.Metadata.Keys]);
    }

    [Fact]
    public void Points_of_temper_attack()
    {
        using var folder = new Folder();
        var set = Toy.Stripes(count: 6, seed: 1);
        using var model = new ModelFile(Toy.ConvNet(seed: 1), "toy", "00", "unknown", 0, "unknown");
        var request = new EvaluationRequest
        {
            Model = model,
            Set = set,
            Threat = ThreatModel.Parse("linf:0.1"),
            Attacks = RequestedAttack.Resolve([new AttackConfig("fgsm")], []),
            Block = 6,
            Threads = 1,
            Folder = folder.Path,
        };
        var path = folder.File("points.safetensors");
        var outcome = AttackRun.Run(request, path, round: true, TimeProvider.System, null, CancellationToken.None);
        var file = SafetensorsFile.Read(path);
        Compare("Points of temper attack", [.. file.Entries.Select(e => e.Name), .. file.Metadata.Keys]);
        var summary = AttackSummary.Of(request, outcome, ["a note"], path);
        Compare("What temper attack prints", Paths(JsonText.ToNode(summary)));
    }

    [Fact]
    public void The_options_of_a_written_recipe_are_kebab_case() =>
        Assert.All(
            ConfigReader.ToJson(RecipeSource.Read("mnist-linf"))["training"]!.AsObject(),
            p => Assert.Equal(OptionProperty.Kebab(p.Key), p.Key)
        );

    internal static void Compare(string section, IEnumerable<string> written) =>
        Assert.Equal(
            written.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            MarkdownText.Keys(MarkdownText.Section(Page, section)).Order(StringComparer.Ordinal)
        );

    private static JsonNode Json(string file) => JsonNode.Parse(File.ReadAllText(file))!;

    internal static IEnumerable<string> Paths(JsonNode? node, string path = "") =>
        node switch
        {
            JsonObject o when !Free.Contains(path) => o.SelectMany(p =>
                Paths(p.Value, path.Length == 0 ? p.Key : $"{path}.{p.Key}")
            ),
            // An empty list tells nothing about its items.
            JsonArray { Count: 0 } => [],
            JsonArray list => list.SelectMany(item => Paths(item, path + "[]")),
            _ => [path],
        };
}
