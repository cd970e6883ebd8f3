using Temper.Data;
using Temper.Errors;
using Temper.Losses;
using Temper.Models;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>Refuses what an attack cannot do, before it does anything.</summary>
internal static class Preconditions
{
    /// <summary>Checks model, examples and threat.</summary>
    /// <exception cref="ModelException">The model does not fit the attack or the examples.</exception>
    /// <exception cref="ThreatException">The threat does not fit the attack, the model or the examples.</exception>
    public static void Check(Attack attack, AttackLoss loss, IClassifier model, Batch batch, ThreatModel threat)
    {
        var id = attack.Id;
        model.Input.Check(batch.Inputs.shape, id);
        if (batch.Inputs.dtype != ScalarType.Float32 || batch.Labels.dtype != ScalarType.Int64)
        {
            throw new ModelException(
                $"{id}: found inputs of {batch.Inputs.dtype} and labels of {batch.Labels.dtype}, expected Float32 and Int64."
            );
        }
        if (model.Classes < 2)
        {
            throw new ModelException(
                $"{id}: a classifier has at least 2 classes, the model has {model.Classes}; a single score z is the scores (0, z) of two."
            );
        }
        // Access falls from gradients to scores to labels.
        if (model.Access > attack.Needs)
        {
            throw new ModelException(
                $"{id}: it needs {Words(attack.Needs)}, and this model offers {Words(model.Access)} only; {Alternatives.For(model.Access, threat)}."
            );
        }
        CheckSearch(attack, model, threat);
        if (model.Classes < loss.Fitting(model.Classes).MinClasses)
        {
            throw new ModelException(
                $"{id}: loss '{loss.Id}' needs {loss.MinClasses} classes, the model has {model.Classes}."
            );
        }
        if (threat.Box != model.Range)
        {
            throw new ThreatException(
                $"{id}: the threat's box is {threat.Box}, the model's {model.Range}; they must agree."
            );
        }
        threat.Check(batch.Inputs);
        if (batch.Count > 0)
        {
            using var scope = NewDisposeScope();
            var (low, high) = (batch.Labels.min().item<long>(), batch.Labels.max().item<long>());
            if (low < 0 || high >= model.Classes)
            {
                throw new ModelException(
                    $"{id}: found labels from {low} to {high}, expected 0 to {model.Classes - 1} for this model."
                );
            }
        }
    }

    /// <summary>Refuses a threat under which the attack cannot search, a goal at which it cannot aim or that the model does not allow.</summary>
    /// <exception cref="ThreatException">It is such a one.</exception>
    public static void CheckSearch(Attack attack, IClassifier model, ThreatModel threat)
    {
        if (!attack.Takes(threat))
        {
            throw new ThreatException(
                $"{attack.Id}: {Refusal(attack, threat)}; {Alternatives.For(model.Access, threat)}."
            );
        }
        CheckGoal(model, threat);
    }

    /// <summary>What an attack cannot do under a threat that it does not take.</summary>
    public static string Refusal(Attack attack, ThreatModel threat) =>
        attack.Supports(threat)
            ? $"it cannot aim at a class, as {threat.Text} asks"
            : $"it cannot search under {threat.Text}";

    /// <summary>Refuses a goal that the model does not allow.</summary>
    /// <exception cref="ThreatException">The model has no such class, or shows too little of itself to choose one.</exception>
    public static void CheckGoal(IClassifier model, ThreatModel threat)
    {
        threat.Goal.Check(model.Classes, threat.Text);
        if (threat.Goal.Kind == GoalKind.LeastLikely && model.Access == Access.Labels)
        {
            throw new ThreatException(
                $"threat {threat.Text}: the least likely class is known from scores, and this model offers labels only; {Goal.Key}=random and {Goal.Key}=all need none."
            );
        }
    }

    private static string Words(Access access) => access.ToString().ToLowerInvariant();

    /// <summary>What is said where restarts are asked for of a search that would repeat itself.</summary>
    public static string[] Repeats(string id, int restarts) =>
        restarts > 1 ? [$"{id}: every restart begins at the clean input and would find the same, so one is run."] : [];
}
