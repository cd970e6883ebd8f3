using System.Text.Json.Nodes;
using Temper.Data;
using Temper.Runs;
using Temper.Threats;
using Temper.Workflow;
using static TorchSharp.torch;

namespace Temper.Slow.Tests.Reference;

/// <summary>What verifiers have proved of single images: AutoAttack breaks none that is proved robust, and those that can be broken.</summary>
public sealed class VerdictFileTests : IDisposable
{
    private readonly int _threads = get_num_threads();

    public VerdictFileTests() => set_num_threads(1);

    public void Dispose() => set_num_threads(_threads);

    [Fact]
    public void Of_30_instances_of_a_network_of_two_layers() => Check("vnncomp_mnist_fc_256x2", []);

    /// <summary>Fewer steps and queries than AutoAttack's; the test below has them all.</summary>
    [Fact]
    public void Of_48_instances_of_a_residual_network() =>
        Check("abcrown_cifar_resnet2b", ["apgd-ce.steps=20", "apgd-t.steps=20", "fab-t.steps=5", "square.queries=200"]);

    [Fact(Explicit = true)]
    public void Of_48_instances_of_a_residual_network_all_of_AutoAttack() => Check("abcrown_cifar_resnet2b", []);

    private static void Check(string network, string[] options)
    {
        var set = OutsideAttack.Images(network, lossless: true);
        var overrides = options
            .Select(option => option.Split('.', '='))
            .Select(o => new AttackOverride($"autoattack.{o[0]}", o[1], o[2]));
        var attacks = RequestedAttack.Resolve([new AttackConfig("autoattack")], [.. overrides]);
        var instances = JsonNode.Parse(File.ReadAllText(OutsideModels.File(network, "verdicts.json")))!.AsArray();
        var records = Records(set);
        var broken = new List<(string Verdict, bool Broken)>();
        foreach (var group in instances.GroupBy(i => (double)i!["eps"]!))
        {
            var of = group.ToDictionary(i => records[(int)i!["test_index"]!], i => i!);
            Assert.All(of, i => Assert.Equal((int)i.Value["label"]!, set.Labels[i.Key]));
            // Every wrong class counts, so that a wrong prediction settles an instance.
            Assert.All(of.Values, i => Assert.Equal(set.Classes - 1, i["targets"]!.AsArray().Count));
            int[] indices = [.. of.Keys.Order()];
            var ledger = OutsideAttack.Run(network, set, indices, new LinfThreat(Epsilon.Of(group.Key)), attacks);
            broken.AddRange(ledger.Select(row => ((string)of[(int)row.Index]["verdict"]!, row.BrokenBy is not null)));
        }
        Assert.Equal(instances.Count, broken.Count);
        var found = broken.ToLookup(i => i.Verdict, i => i.Broken);
        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Join("; ", found.Select(v => $"{v.Key}: {v.Count(b => b)} of {v.Count()} broken"))
        );
        Assert.NotEmpty(found["robust"]);
        Assert.DoesNotContain(true, found["robust"]);
        Assert.True(found["attackable"].Count(b => b) >= 0.95 * found["attackable"].Count());
    }

    /// <summary>Where in the set an image of a canonical index lies.</summary>
    public static Dictionary<int, int> Records(ExampleSet set) =>
        set.Card.Name == "cifar10-lossless"
            ? File.ReadLines(OutsideModels.Data("cifar10", "lossless_test_subset.index.csv"))
                .Skip(1)
                .Select(line => line.Split(','))
                .ToDictionary(f => int.Parse(f[1], null), f => int.Parse(f[0], null))
            : Enumerable.Range(0, set.Count).ToDictionary(i => i);
}
