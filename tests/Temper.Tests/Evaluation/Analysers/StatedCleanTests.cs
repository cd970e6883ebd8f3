using Temper.Errors;
using Temper.Evaluation;
using Temper.Runs;
using Temper.Tests.Kit;
using Temper.Tests.Reports;
using Temper.Workflow;

namespace Temper.Tests.Evaluation.Analysers;

/// <summary>The clean accuracy that is stated of a model: where it is read, how it was rounded, and when another is found.</summary>
public sealed class StatedCleanTests
{
    [Theory]
    [InlineData("98.64%", 0.9864, 0.00005, null)]
    [InlineData("98.6 %", 0.986, 0.0005, null)]
    [InlineData("98%", 0.98, 0.005, null)]
    [InlineData("0.9864", 0.9864, 0.00005, null)]
    [InlineData("9864/10000", 0.9864, 0, 10_000)]
    public void A_share_is_as_exact_as_it_is_written(string text, double rate, double within, int? examples)
    {
        var stated = StatedClean.Parse(text);
        Assert.Equal(rate, stated.Rate, 1e-12);
        Assert.Equal(within, stated.Within, 1e-12);
        Assert.Equal((examples, "--stated-clean"), (stated.Examples, stated.Source));
    }

    [Theory]
    [InlineData("98.64")]
    [InlineData("101%")]
    [InlineData("-1%")]
    [InlineData("5/4")]
    [InlineData("1/0")]
    [InlineData("much")]
    [InlineData("")]
    public void What_is_no_share_is_refused(string text) =>
        Assert.Contains("--stated-clean", Assert.Throws<UsageException>(() => StatedClean.Parse(text)).Message);

    /// <summary>By hand: 2 P(X ≤ 1) for n = 10, p = 1/2 is 22/1024; Fisher: 8 of 8 against 4 of 8 is 2 · C(8,4)/C(16,4) = 1/13.</summary>
    [Fact]
    public void The_tests_are_exact()
    {
        Assert.Equal(22 / 1024.0, P(1, 10, new(0.5, 0, "x")), 1e-12);
        Assert.Equal(1 / 13.0, P(4, 8, new(1, 0, "x") { Examples = 8 }), 1e-12);
        Assert.Equal(1 / 13.0, P(8, 8, new(0.5, 0, "x") { Examples = 8 }), 1e-12);
    }

    /// <summary>986 of 1,000 are right. More than stated: the file is another, and perhaps no worse.</summary>
    [Theory]
    [InlineData("95/100", null)]
    [InlineData("95%", Severity.Warning)]
    [InlineData("9990/10000", Severity.Error)]
    public void Fewer_than_stated_are_worse_than_more(string stated, Severity? severity)
    {
        var found = Findings.Of(Run(DataSelection.All(1000), StatedClean.Parse(stated)));
        Assert.Equal(severity, found.SingleOrDefault(f => f.Id == "TMP150")?.Severity);
    }

    [Fact]
    public void Rounding_and_the_first_examples_raise_nothing()
    {
        // 986 of 1,000, stated as 99 %: anything from 98.5 %.
        Assert.Equal(1, P(986, 1000, StatedClean.Parse("99%")));
        var first = Run(DataSelection.First(1000, 10_000), new(0.1, 0, "x"));
        Assert.DoesNotContain(Findings.Of(first), f => f.Id == "TMP150");
        // Surely another share, and too little to matter.
        var slight = Run(DataSelection.All(1_000_000), new(0.9885, 0, "x"));
        Assert.DoesNotContain(Findings.Of(slight), f => f.Id == "TMP150");
    }

    [Fact]
    public void It_is_read_from_the_file_or_the_report_beside_it_for_the_same_data_only()
    {
        using var folder = new Folder();
        var set = Toy.Stripes(6, 3);
        using var model = new ModelFile(Toy.ConvNet(1), folder.File("m.onnx"), "aa", "unknown", 0, "unknown");
        Assert.Null(StatedClean.Of(model, set));
        Write(folder, "aa", set.Sha256, "all");
        Assert.Equal(new(0.75, 0, "the report beside the model") { Examples = 4 }, StatedClean.Of(model, set));
        var says = model with
        {
            Statements = new Dictionary<string, string>
            {
                [StatedClean.Key] = "5/6",
                [StatedClean.DataKey] = set.Sha256,
            },
        };
        Assert.Equal(
            (5 / 6.0, "the model's file"),
            (StatedClean.Of(says, set)!.Rate, StatedClean.Of(says, set)!.Source)
        );
        foreach (
            var (sha, data, selection) in (ReadOnlySpan<(string, string, string)>)
                [("bb", set.Sha256, "all"), ("aa", "00", "all"), ("aa", set.Sha256, "first 4")]
        )
        {
            Write(folder, sha, data, selection);
            Assert.Null(StatedClean.Of(model, set));
        }
        File.WriteAllText(folder.File("report.json"), "{");
        Assert.Null(StatedClean.Of(model, set));
    }

    [Fact]
    public void What_the_user_states_goes_before_what_lies_beside_the_model()
    {
        using var home = new Folder();
        using var output = new Folder();
        var set = Toy.Stripes(60, 3);
        using var model = new ModelFile(Toy.ConvNet(1), home.File("m.onnx"), "aa", "unknown", 0, "unknown");
        Write(home, "aa", set.Sha256, "all");
        var request = new EvaluationRequest
        {
            Model = model,
            Set = set,
            Threat = Temper.Threats.ThreatModel.Parse("linf:0"),
            Attacks = [],
            Block = 60,
            Threads = 1,
            Folder = output.Path,
            StatedClean = StatedClean.Parse("100%"),
        };
        EvaluationRun.Run(request, TimeProvider.System, null, CancellationToken.None);
        var evidence = Temper.Evaluation.Evidence.Read(output.Path);
        Assert.Equal("--stated-clean", evidence.Manifest.Model.StatedClean!.Source);
        // An untrained network.
        Assert.Contains(Findings.Of(evidence), f => f is { Id: "TMP150", Severity: Severity.Error });
    }

    private static void Write(Folder folder, string sha, string data, string selection) =>
        File.WriteAllText(
            folder.File("report.json"),
            $$$"""{"model":{"sha256":"{{{sha}}}"},"data":{"sha256":"{{{data}}}","selection":"{{{selection}}}"},"clean":{"correct":3,"n":4}}"""
        );

    private static double P(int correct, int n, ManifestStatement stated)
    {
        var run = new SampleRun { Selection = DataSelection.All(n), Attacks = [] };
        var manifest = run.Manifest();
        var evidence = Temper.Evaluation.Evidence.Of(
            manifest with
            {
                Model = manifest.Model with { StatedClean = stated },
            },
            [
                .. Enumerable
                    .Range(0, n)
                    .Select(i => new LedgerRow(
                        i,
                        0,
                        i < correct ? 0 : 1,
                        i < correct ? null : LedgerRow.Clean,
                        null,
                        i < correct ? null : 0,
                        1,
                        0
                    )),
            ],
            []
        );
        return new Temper.Evaluation.Analysers.CleanNotAsStated().Look(evidence).Single().P!.Value;
    }

    private static Evidence Run(DataSelection selection, ManifestStatement stated)
    {
        var run = new SampleRun { Selection = selection, Attacks = [] };
        var (ledger, attempts) = run.Rows();
        var manifest = run.Manifest();
        return Temper.Evaluation.Evidence.Of(
            manifest with
            {
                Model = manifest.Model with { StatedClean = stated },
            },
            ledger,
            attempts
        );
    }
}
