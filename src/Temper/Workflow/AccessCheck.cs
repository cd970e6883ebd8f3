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
        string[] lost = [.. attacks.Where(a => !a.Attack.Supports(threat)).Select(a => a.Name)];
        if (lost.Length > 0)
        {
            throw new ThreatException(
                $"attack {string.Join(", ", lost)}: cannot search under {threat.Text}; {Alternatives.For(model.Access, threat)}."
            );
        }
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
