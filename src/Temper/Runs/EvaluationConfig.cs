using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Temper.Runs;

/// <summary>How the trained model is evaluated.</summary>
public sealed record EvaluationConfig
{
    /// <summary>Gets the attacks in the order they run.</summary>
    [Description("attacks in the order they run: names, or mappings with id, name and options")]
    public IReadOnlyList<AttackConfig> Attacks { get; init; } = [new("fgsm"), new("pgd"), new("pgd-margin")];

    /// <summary>Gets the protocol; its attacks take the place of <see cref="Attacks"/>.</summary>
    [Description(
        "protocol: none, quick, standard (the least that a claim needs) or full; its attacks take the place of evaluation.attacks"
    )]
    public ProtocolKind Protocol { get; init; } = ProtocolKind.None;

    /// <summary>Gets the number of examples the model sees at once; the arithmetic depends on it.</summary>
    [Description("examples the model sees at once; results repeat exactly at an equal block size")]
    [Range(1, 1_000_000)]
    public int Block { get; init; } = 500;

    /// <summary>Gets the curve of accuracy against ε.</summary>
    [Description("accuracy at budgets from 0 to twice ε, on a seeded random subset")]
    public CurveConfig Curve { get; init; } = new();

    /// <summary>Gets whether the examples evaluated are also certified, and how.</summary>
    [Description(
        "certify the examples evaluated too: auto (ibp, then crown where that can pay, under the protocols standard and full), none, ibp, crown or alpha-crown"
    )]
    public CertifyKind Certify { get; init; } = CertifyKind.Auto;

    /// <summary>Gets whether a twin is trained without attacks, for comparison; adversarial training methods only.</summary>
    [Description(
        "train and evaluate a twin without attacks: same network, data, schedule and seed; adversarial methods only"
    )]
    public bool Twin { get; init; } = true;
}
