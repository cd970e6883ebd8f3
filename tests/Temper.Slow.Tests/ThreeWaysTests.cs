using System.Text.Json.Nodes;
using Temper.Attacks;
using Temper.Data;
using Temper.Models;
using Temper.Numerics;
using Temper.Onnx;
using Temper.Runs;
using Temper.Threats;
using Temper.Workflow;
using static TorchSharp.torch;

namespace Temper.Slow.Tests;

/// <summary>Every pretrained network, read as TorchScript, as ONNX, and as a layer list with weights, is one and the same.</summary>
public sealed class ThreeWaysTests : IDisposable
{
    private const int Block = 100;
    private static readonly string[] Ways = ["model.pt", "model.onnx", "weights.safetensors"];

    private readonly int _threads = get_num_threads();

    public ThreeWaysTests()
    {
        Catalogue.Add(typeof(OnnxFormat).Assembly);
        // The networks are small: more threads wait for each other longer than they compute.
        set_num_threads(1);
    }

    public void Dispose() => set_num_threads(_threads);

    public static TheoryData<string> Networks() =>
        [
            "abcrown_cifar_conv_small_sigmoid",
            "abcrown_cifar_resnet2b",
            "advertorch_lenet5_adv",
            "advertorch_lenet5_clean",
            "colt_mnist_convmed_eps01",
            "eran_mnist_6x100_nat",
            "fast_mnist_fgsm",
            "kw18_cifar_small_l2_36",
            "lpd_mnist_mlp_01",
            "lpd_mnist_mlp_03",
            "sdp_cifar_cnn_a_mix4",
            "vnncomp_mnist_fc_256x2",
            "wk17_fashion_conv",
            "wk17_mnist_conv",
        ];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Scores_are_those_of_the_card(string network)
    {
        var card = Card(network);
        var set = OutsideData.Load((string)card["dataset"]!, lossless: true);
        float[] expected =
        [
            .. card["expectedLogitsOfFirst4"]!.AsArray().SelectMany(row => row!.AsArray()).Select(v => (float)v!),
        ];
        Assert.Equal(40, expected.Length);
        foreach (var way in Ways)
        {
            using var model = Open(network, way, set);
            using var mode = model.Classifier.Enter(Mode.Evaluate);
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            using var batch = BatchSource.Gather(set, [0, 1, 2, 3], CPU);
            var scores = Tensors.ToArray<float>(model.Classifier.Logits(batch.Inputs));
            Assert.Equal(Access.Gradients, model.Classifier.Access);
            Assert.All(expected.Zip(scores), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void PGD_leaves_the_same_images_of_200(string network) => Compare(network, 200, lossless: true, most: 1);

    /// <summary>What the shorter test above stands for; run it with <c>-explicit only</c>.</summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(Networks))]
    public void PGD_leaves_the_same_images_of_1000(string network) => Compare(network, 1000, lossless: false, most: 2);

    private static void Compare(string network, int images, bool lossless, int most)
    {
        var card = Card(network);
        var set = OutsideData.Load((string)card["dataset"]!, lossless);
        var threat = card["threats"]![0]!;
        var left = Ways.Select(way =>
            {
                using var model = Open(network, way, set);
                return Left(model.Classifier, set, images, ThreatModel.Parse($"{threat["norm"]}:{threat["eps"]}"));
            })
            .ToArray();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{network}: of {images} PGD-40 leaves {string.Join(", ", left.Select(l => l.Count))}"
        );
        Assert.NotEqual(images, left[0].Count);
        foreach (var other in left[1..])
        {
            Assert.InRange(left[0].Except(other).Count() + other.Except(left[0]).Count(), 0, most);
        }
    }

    private static HashSet<int> Left(IClassifier model, ExampleSet set, int images, ThreatModel threat)
    {
        var attack = new Pgd(new() { Steps = 40 });
        var left = new HashSet<int>();
        for (var first = 0; first < images; first += Block)
        {
            int[] indices = [.. Enumerable.Range(first, Block)];
            using var batch = BatchSource.Gather(set, indices, CPU);
            using var result = attack.Run(model, batch, threat, new Rng(0));
            left.UnionWith(indices.Where((_, row) => !result.Broken[row]));
        }
        return left;
    }

    private static ModelFile Open(string network, string file, ExampleSet set) =>
        ModelFile.Open(
            OutsideModels.File(network, file),
            new(set.Channels, set.Height, set.Width),
            set.Classes,
            file == "weights.safetensors" ? ArchitectureSource.Parse(OutsideModels.File(network, "card.json")) : null
        );

    private static JsonNode Card(string network) =>
        JsonNode.Parse(File.ReadAllText(OutsideModels.File(network, "card.json")))!;
}
