using System.Text.Json.Nodes;
using Temper.Certification;
using Temper.Data;
using Temper.Evaluation;
using Temper.Runs;
using Temper.Threats;
using Temper.Workflow;
using static TorchSharp.torch;

namespace Temper.Slow.Tests.Reference;

/// <summary>
/// What verifiers of others have said of single images, and what branch and bound comes to within a minute each: at least seven in ten
/// are decided, and none otherwise than theirs. <c>TEMPER_VERDICTS</c> names a folder that keeps what is done, from where an interrupted run goes on.
/// </summary>
public sealed class DecidedInstancesTests
{
    private const double Seconds = 60;
    private const double Share = 0.7;

    [Theory(Explicit = true)]
    [InlineData("abcrown_cifar_resnet2b")]
    [InlineData("vnncomp_mnist_fc_256x2")]
    public void Most_are_decided_and_none_wrongly(string network)
    {
        var all = (ImageSet)OutsideAttack.Images(network, lossless: true);
        var records = VerdictFileTests.Records(all);
        var instances = JsonNode.Parse(File.ReadAllText(OutsideModels.File(network, "verdicts.json")))!.AsArray();
        var kept = Environment.GetEnvironmentVariable("TEMPER_VERDICTS");
        var place = kept ?? Directory.CreateTempSubdirectory("temper-verdicts").FullName;
        var (decided, wrong) = (0, new List<string>());
        try
        {
            foreach (var group in instances.GroupBy(i => (double)i!["eps"]!))
            {
                JsonNode[] of = [.. group.Select(i => i!)];
                var set = Chosen(all, [.. of.Select(i => records[(int)i["test_index"]!])]);
                var threat = new LinfThreat(Epsilon.Of(group.Key));
                var folder = Path.Combine(place, $"{network}-{group.Key}");
                var rows = Certify(network, set, threat, folder);
                foreach (var (row, instance) in rows.Zip(of))
                {
                    var theirs = (string)instance["verdict"]!;
                    var line =
                        $"{network} {(int)instance["test_index"]!} at {group.Key}: {row.Verdict} by {row.By ?? "none"}, margin {row.Margin:0.0000}, {row.Branches} branches, {row.Seconds:0.0} s; theirs {theirs}";
                    TestContext.Current.TestOutputHelper?.WriteLine(line);
                    decided += row.Verdict == Evaluation.Verdict.Unknown ? 0 : 1;
                    if (
                        (row.Verdict == Evaluation.Verdict.Certified && theirs == "attackable")
                        || (row.Verdict == Evaluation.Verdict.Falsified && theirs == "robust")
                    )
                    {
                        wrong.Add(line);
                    }
                }
            }
        }
        finally
        {
            if (kept is null)
            {
                Directory.Delete(place, recursive: true);
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{network}: {decided} of {instances.Count} decided, {wrong.Count} wrongly"
        );
        Assert.Empty(wrong);
        Assert.True(decided >= Share * instances.Count, $"{decided} of {instances.Count} are decided.");
    }

    private static IReadOnlyList<CertificateRow> Certify(
        string network,
        ImageSet set,
        ThreatModel threat,
        string folder
    )
    {
        Catalogue.AddOwn(typeof(Onnx.OnnxFormat).Assembly);
        using var model = ModelFile.Open(
            OutsideModels.File(network, "model.onnx"),
            new(set.Channels, set.Height, set.Width),
            set.Classes
        );
        CertificationRun.Run(
            new()
            {
                Model = model,
                Set = set,
                Threat = threat,
                Method = BoundMethod.Complete,
                Attacks = RequestedAttack.Resolve([new AttackConfig("pgd-margin")], []),
                Seconds = Seconds,
                Threads = get_num_threads(),
                Folder = folder,
                Resume = Directory.Exists(folder),
            },
            TimeProvider.System,
            null,
            TestContext.Current.CancellationToken
        );
        return CertificatesCsv.Read(Path.Combine(folder, CertificatesCsv.FileName));
    }

    private static ImageSet Chosen(ImageSet all, int[] indices) =>
        new(all.Card, [.. indices.SelectMany(i => all.Image(i).ToArray())], [.. indices.Select(i => all.Labels[i])]);
}
