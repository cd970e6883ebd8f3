using Temper.Errors;
using Temper.Models;
using Temper.Models.Architectures;
using Temper.Models.Graphs;
using static TorchSharp.torch;

namespace Temper.Bench;

/// <summary>A network that is measured, and the conditions: sizes that fill the machine and stay within seconds.</summary>
/// <param name="Id">The architecture's id.</param>
/// <param name="Input">The shape of one input.</param>
/// <param name="Make">Makes the architecture.</param>
internal sealed record BenchNetwork(string Id, InputShape Input, Func<GraphArchitecture> Make)
{
    /// <summary>The number of classes of each.</summary>
    public const int Classes = 10;

    private const string Normalise = "0.5,0.5,0.5 0.25,0.25,0.25";
    private static readonly InputShape Digit = new(1, 28, 28);
    private static readonly InputShape Colour = new(3, 32, 32);

    /// <summary>Gets all networks.</summary>
    public static IReadOnlyList<BenchNetwork> All { get; } =
    [
        new("mnist-net", Digit, () => new MnistNet(new()))
        {
            AttackBatches = [100, 500],
            AttackSteps = 40,
            TrainBatch = 128,
            LargestBatch = 512,
        },
        new("small-cnn", Digit, () => new SmallCnn(new()))
        {
            AttackBatches = [100],
            AttackSteps = 10,
            TrainBatch = 128,
            LargestBatch = 512,
        },
        new("resnet-cifar", Colour, () => new ResNetCifar(new() { Depth = 8, Normalise = Normalise }))
        {
            AttackBatches = [100],
            AttackSteps = 10,
            TrainBatch = 128,
            LargestBatch = 512,
            InnerMode = Mode.TrainFrozenStatistics,
        },
        new("preact-resnet18", Colour, () => new PreActResNet18(new() { Normalise = Normalise }))
        {
            AttackBatches = [8],
            AttackSteps = 2,
            TrainBatch = 8,
            LargestBatch = 64,
        },
    ];

    /// <summary>Gets the names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(n => n.Id)];

    /// <summary>Gets the batch sizes of the attack.</summary>
    public required IReadOnlyList<int> AttackBatches { get; init; }

    /// <summary>Gets the steps of the attack.</summary>
    public required int AttackSteps { get; init; }

    /// <summary>Gets the batch size of training.</summary>
    public required int TrainBatch { get; init; }

    /// <summary>Gets the largest batch that growth is measured at.</summary>
    public required int LargestBatch { get; init; }

    /// <summary>Gets the mode training examples are crafted in.</summary>
    public Mode InnerMode { get; init; } = Mode.Evaluate;

    /// <summary>Gets whether its inputs are colour images, which are trained with SGD, shifts and reflections.</summary>
    public bool IsColour => Input.Channels > 1;

    /// <summary>Gets the threat of training.</summary>
    public string Threat => IsColour ? "linf:8/255" : "linf:0.3";

    /// <summary>Builds it, always with the same weights.</summary>
    /// <returns>The network; the caller disposes it.</returns>
    public GraphModule Build()
    {
        manual_seed(1);
        var module = (GraphModule)Make().Build(Input, Classes);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var weights in module.parameters().Where(p => p.dim() > 1 && !p.any().item<bool>()))
        {
            // Where all scores are 0 every example counts as wrong, and an attack ends at once.
            nn.init.kaiming_uniform_(weights, Math.Sqrt(5));
        }
        return module;
    }

    /// <summary>Finds a network.</summary>
    /// <exception cref="UsageException">There is none of that name.</exception>
    public static BenchNetwork Find(string id) =>
        All.FirstOrDefault(n => n.Id == id)
        ?? throw new UsageException($"--networks: unknown network '{id}'{NearestName.Suggest(id, [.. Names])}.");
}
