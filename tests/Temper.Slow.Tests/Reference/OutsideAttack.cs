using System.Text.Json.Nodes;
using Temper.Data;
using Temper.Evaluation;
using Temper.Models.Passes;
using Temper.Numerics;
using Temper.Threats;
using Temper.Workflow;

namespace Temper.Slow.Tests.Reference;

/// <summary>A cascade of attacks on a network and images of others, as the tool runs it.</summary>
internal static class OutsideAttack
{
    private const int Block = 100;

    /// <summary>The images a network of others is measured on.</summary>
    /// <param name="network">The network's folder.</param>
    /// <param name="lossless">For CIFAR-10 the images that are had without losses.</param>
    public static ExampleSet Images(string network, bool lossless) =>
        OutsideData.Load((string)Card(network)["dataset"]!, lossless);

    /// <summary>Runs the cascade.</summary>
    /// <param name="network">The network's folder.</param>
    /// <param name="set">The images.</param>
    /// <param name="indices">Which of them.</param>
    /// <param name="threat">The threat model.</param>
    /// <param name="attacks">The attacks.</param>
    /// <param name="journal">Where finished blocks are kept, and what the run is; null for nowhere.</param>
    public static IReadOnlyList<LedgerRow> Run(
        string network,
        ExampleSet set,
        IReadOnlyList<int> indices,
        ThreatModel threat,
        IReadOnlyList<RequestedAttack> attacks,
        (string Path, string Identity)? journal = null
    )
    {
        using var model = ModelFile.Open(
            OutsideModels.File(network, "weights.safetensors"),
            new(set.Channels, set.Height, set.Width),
            set.Classes,
            ArchitectureSource.Parse(OutsideModels.File(network, "card.json"))
        );
        PassChoice.Apply(model.Classifier, PassChoice.Of(model.Graph, PassSettings.Fast, null));
        var plan = new EvaluationPlan
        {
            Model = model.Classifier,
            Set = set,
            Indices = indices,
            Threat = threat,
            Attacks = [.. attacks.Select(a => (a.Name, a.Attack))],
            Block = Math.Min(Block, indices.Count),
            Rng = new Rng(0).Fork("evaluate"),
        };
        return new Evaluator(plan)
            .Run(
                journal?.Path,
                journal?.Identity ?? "",
                resume: File.Exists(journal?.Path),
                null,
                TestContext.Current.CancellationToken
            )
            .Ledger;
    }

    private static JsonNode Card(string network) =>
        JsonNode.Parse(File.ReadAllText(OutsideModels.File(network, "card.json")))!;
}
