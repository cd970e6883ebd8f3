using Temper.Attacks;
using Temper.Errors;
using Temper.Evaluation;
using Temper.Models;
using Temper.Threats;

namespace Temper.Workflow;

/// <summary>Refuses, before any work, attacks that need to see more of a model than it shows or cannot search under the threat.</summary>
internal static class AccessCheck
{
    /// <summary>Checks every attack against the model and the threat.</summary>
    /// <exception cref="ModelException">An attack needs more than the model offers.</exception>
    /// <exception cref="ThreatException">An attack cannot search under the threat.</exception>
    public static void Run(IClassifier model, ThreatModel threat, IReadOnlyList<RequestedAttack> attacks)
    {
        CheckAccess(model, threat, attacks);
        var lost = attacks.Where(a => !a.Attack.Takes(threat)).ToList();
        if (lost.Count > 0)
        {
            var searching = lost.TrueForAll(a => a.Attack.Supports(threat))
                ? $"cannot aim at a class, as {threat.Text} asks"
                : $"cannot search under {threat.Text}";
            throw new ThreatException(
                $"attack {string.Join(", ", lost.Select(a => a.Name))}: {searching}; {Alternatives.For(model.Access, threat)}."
            );
        }
        Preconditions.CheckGoal(model, threat);
    }

    /// <summary>The chosen examples that can be broken: all but those of the class aimed at.</summary>
    /// <exception cref="ThreatException">There are none.</exception>
    public static IReadOnlyList<int> Targets(EvaluationRequest request, Selection selection)
    {
        var goal = request.Threat.Goal;
        int[] targets = [.. selection.Indices.Where(i => !goal.Spares(request.Set.Labels[i]))];
        return targets.Length > 0 || selection.Indices.Count == 0
            ? targets
            : throw new ThreatException(
                $"threat {request.Threat.Text}: all {selection.Indices.Count} examples are of class {goal.Class} already, expected others to aim from."
            );
    }

    /// <summary>The same where each attack of a union is run under its members: one that cannot search under some is left out there.</summary>
    /// <exception cref="ModelException">An attack needs more than the model offers.</exception>
    /// <exception cref="ThreatException">An attack can search under no member, or under a member no attack can.</exception>
    public static void RunEach(IClassifier model, ThreatModel threat, IReadOnlyList<RequestedAttack> attacks)
    {
        if (threat is not UnionThreat)
        {
            Run(model, threat, attacks);
            return;
        }
        CheckAccess(model, threat, attacks);
        _ = PlannedAttack.Of(threat, [.. attacks.Select(a => (a.Name, a.Attack))], model.Access);
    }

    private static void CheckAccess(IClassifier model, ThreatModel threat, IReadOnlyList<RequestedAttack> attacks)
    {
        string[] blind = [.. attacks.Where(a => model.Access > a.Attack.Needs).Select(a => a.Name)];
        if (blind.Length > 0)
        {
            throw new ModelException(
                $"attack {string.Join(", ", blind)}: cannot run, since this model offers {model.Access.ToString().ToLowerInvariant()} only; {Alternatives.For(model.Access, Plain(threat))}."
            );
        }
    }

    private static ThreatModel Plain(ThreatModel threat) => threat is UnionThreat union ? union.Members[0] : threat;
}
