using Temper.Attacks;
using Temper.Errors;
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
        string[] blind = [.. attacks.Where(a => model.Access > a.Attack.Needs).Select(a => a.Name)];
        if (blind.Length > 0)
        {
            throw new ModelException(
                $"attack {string.Join(", ", blind)}: cannot run, since this model offers {model.Access.ToString().ToLowerInvariant()} only; {Alternatives.For(model.Access, threat)}."
            );
        }
        string[] lost = [.. attacks.Where(a => !a.Attack.Supports(threat)).Select(a => a.Name)];
        if (lost.Length > 0)
        {
            throw new ThreatException(
                $"attack {string.Join(", ", lost)}: cannot search under {threat.Text}; {Alternatives.For(model.Access, threat)}."
            );
        }
    }
}
