using System.Globalization;
using Temper.Runs;
using Temper.Threats;
using Temper.Workflow;

namespace Temper.Slow.Tests.Reference;

/// <summary>The attack of ours that does what a row's attack does, with options for the same passes.</summary>
/// <param name="Name">The attack's id, or the name of a list or of known settings.</param>
/// <param name="Options">Options that differ from the defaults, as <c>key=value</c>.</param>
/// <param name="Version">Changed by hand when the attack's code changes what it finds, so that rows are measured anew.</param>
internal sealed record OurAttack(string Name, IReadOnlyList<string> Options, string Version = "1")
{
    /// <summary>Gets the name and the options in one text.</summary>
    public string Text => string.Join(' ', [Name, .. Options]);

    /// <summary>Gets whether there is such an attack.</summary>
    public bool IsHere => RequestedAttack.Names.Contains(Name);

    /// <summary>The attack for a row.</summary>
    public static OurAttack For(ReferenceRow row)
    {
        var step = row.Step is { } length ? $"step={length.ToString("R", CultureInfo.InvariantCulture)}" : "";
        return row.Attack switch
        {
            "fgsm" => new("fgsm", []),
            "pgd20" => new("pgd", ["steps=20", step]),
            "pgd40" or "pgdl2_40" => new("pgd", ["steps=40", step]),
            "pgd40_x0" => new("pgd", ["steps=40", step, "start=clean"]),
            "pgd100" => new("pgd", ["steps=100", step]),
            "pgd50x10" => new("pgd", ["steps=50", step, "restarts=10"]),
            "pgdl1_40" or "sparsel1_40" => new("pgd", ["steps=40", "step=rel:0.0625", "start=clean"], "2"),
            "aa" => new("autoattack", [], "2"),
            "fab-t" => new("fab-t", [], "3"),
            "apgd-ce" or "apgd-dlr" or "apgd-t" or "square" => new(row.Attack, []),
            "hsj_l2" or "hsj_linf" => new("hop-skip-jump", ["queries=6500"]),
            "boundary_l2" => new("boundary", []),
            _ => row.Family switch
            {
                "df" => new("deepfool", ["steps=100"], "3"),
                // Its twenty steps take the gradients of all wrong classes, and its count of 20 gradients takes nine for one.
                "fab" => new("fab", ["steps=20"], "3"),
                "ddn" => new("ddn", ["steps=100"]),
                "fmn" => new("fmn", ["steps=100"]),
                // Theirs has 200 steps a search and ends a search early: 140 are no more passes.
                "cw" => new("cw", ["searches=9", "steps=140", "rate=0.01", "constant=0.001"]),
                _ => throw new InvalidOperationException($"No attack of ours is named for '{row.Attack}'."),
            },
        };
    }

    /// <summary>The attacks to run under a threat; null where one of them is not here or cannot search under it.</summary>
    /// <param name="threat">The threat model.</param>
    public IReadOnlyList<RequestedAttack>? Resolve(ThreatModel threat)
    {
        if (!IsHere)
        {
            return null;
        }
        var overrides = Options.Select(option => option.Split('=')).Select(o => new AttackOverride(Name, o[0], o[1]));
        var attacks = RequestedAttack.Resolve([new AttackConfig(Name)], [.. overrides], threat);
        return attacks.All(a => a.Attack.Supports(threat)) ? attacks : null;
    }
}
