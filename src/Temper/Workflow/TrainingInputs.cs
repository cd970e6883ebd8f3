using Temper.Errors;
using Temper.Runs;
using Temper.Threats;
using Temper.Training;
using Temper.Workflow.Weaknesses;

namespace Temper.Workflow;

/// <summary>What a recipe names, resolved and held against the data. No tensor is made on the way, so libtorch need not be loaded.</summary>
/// <param name="Threat">The threat model.</param>
/// <param name="Attacks">The attacks of the final evaluation.</param>
/// <param name="Objective">The training method.</param>
/// <param name="Architecture">The network.</param>
/// <param name="Data">The examples.</param>
internal sealed record TrainingInputs(
    ThreatModel Threat,
    IReadOnlyList<RequestedAttack> Attacks,
    Objective Objective,
    ArchitectureSource Architecture,
    TrainingData Data
)
{
    /// <summary>Gets the settings that make the training weak.</summary>
    public IReadOnlyList<ManifestWeakness> Weaknesses { get; private init; } = [];

    /// <summary>Resolves and checks a request; nothing is written.</summary>
    /// <param name="request">The training as asked for.</param>
    /// <param name="known">The data where it was read already.</param>
    public static TrainingInputs Of(TrainingRequest request, TrainingData? known)
    {
        var config = request.Config;
        var threat = TrainingGoal.Untargeted(ThreatModel.Parse(config.Threat));
        var attacks = RecipePart.Of(
            "evaluation.attacks",
            () =>
                RequestedAttack.Resolve(
                    Protocol.Of(config.Evaluation.Protocol) is { } protocol
                        ? [.. protocol.Attacks.Select(a => new AttackConfig(a))]
                        : config.Evaluation.Attacks,
                    request.AttackOverrides,
                    threat
                )
        );
        var (objective, options) = RecipePart.Create<Objective>(
            config.Training.Objective,
            "objective",
            "training.objective"
        );
        CheckUnion(config, threat, objective);
        var architecture = RecipePart.Of("model", () => ArchitectureSource.Of(config.Model));
        var data = known ?? TrainingData.Read(config.Data, request.DataFolder);
        Check(config, data.Train.Count);
        if (config.Training.From is { } from && !(request.Resume && StartingPoint.IsIn(request.Folder)))
        {
            _ = RecipePart.Of("training.from", () => ModelFile.Find(from));
        }
        foreach (var other in objective.Others)
        {
            _ = RecipePart.Of("training.objective", () => ModelFile.Find(other));
        }
        return new(threat, attacks, objective, architecture, data)
        {
            Weaknesses = objective.Adversarial
                ? WeaknessTable.Check(
                    new(config, threat, options is null ? [] : OptionsBinder.ToNode(options), attacks, data.Train)
                )
                : [],
        };
    }

    /// <summary>What a union of norms asks of the rest of the recipe.</summary>
    private static void CheckUnion(RunConfig config, ThreatModel threat, Objective objective)
    {
        if (threat is not UnionThreat)
        {
            return;
        }
        if (objective is not ITakesUnions)
        {
            var able = Catalogue.Of<Objective>().Where(o => o.Type.IsAssignableTo(typeof(ITakesUnions)));
            throw new ConfigException(
                null,
                null,
                "threat",
                $"found the union {threat.Text}, and training.objective {config.Training.Objective.Id} takes one norm; under unions train {string.Join(", ", able.Select(o => o.Id))}. Or train under one member, and evaluate under the union with 'temper evaluate --threat {threat.Text}'."
            );
        }
        if (config.Evaluation.Curve.Examples > 0)
        {
            throw new ConfigException(
                null,
                null,
                "evaluation.curve.examples",
                $"found {config.Evaluation.Curve.Examples}, expected 0: a curve of accuracy against ε needs one budget, and {threat.Text} has one for each member."
            );
        }
    }

    /// <summary>What the recipe can only be held against once the data is there.</summary>
    private static void Check(RunConfig config, int examples)
    {
        if (config.Data.Validation >= examples)
        {
            throw new ConfigException(
                null,
                null,
                "data.validation",
                $"found {config.Data.Validation}, expected less than {examples}, the training examples there are."
            );
        }
        var optimizer = config.Training.Optimizer;
        if (optimizer.Id is not ("adam" or "sgd"))
        {
            throw new ConfigException(
                null,
                null,
                "training.optimizer",
                $"unknown optimizer '{optimizer.Id}'; there are: adam, sgd."
            );
        }
        _ = OptionsBinder.Bind<OptimizerOptions>(optimizer.Options);
    }
}
