using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>What was not tried in an evaluation under a union of norms.</summary>
[Component(
    Findings.MemberLeftOut,
    "an attack cannot search under a member of a union, and was left out there",
    "Tramèr and Boneh 2019, Adversarial training and robustness for multiple perturbations"
)]
internal sealed class MemberLeftOut : Analyser
{
    /// <inheritdoc/>
    public override IEnumerable<Suspicion> Look(Evidence evidence)
    {
        var manifest = evidence.Manifest;
        var members = manifest.Threat.Members ?? [];
        var ran = manifest.Attacks.Select(a => a.Name).ToHashSet(StringComparer.Ordinal);
        // A name ends in an @ and the norm of the member.
        var asked = ran.Select(name => name[..Math.Max(0, name.LastIndexOf('@'))]).Distinct(StringComparer.Ordinal);
        foreach (var attack in asked)
        {
            string[] left = [.. members.Where(m => !ran.Contains($"{attack}@{m.Norm}")).Select(m => m.Text)];
            if (left.Length > 0)
            {
                yield return Certain(
                    Severity.Warning,
                    $"{attack} cannot search under {Words.List(left)} and was left out there.",
                    "Add an attack of the same kind that can, or read the count as one without it."
                );
            }
        }
    }
}
