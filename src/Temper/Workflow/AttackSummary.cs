namespace Temper.Workflow;

/// <summary>What <c>temper attack --json</c> prints.</summary>
/// <param name="Threat">The threat model.</param>
/// <param name="Attack">The attack's name.</param>
/// <param name="Examples">The examples attacked.</param>
/// <param name="Broken">The examples broken, clean errors included.</param>
/// <param name="Rate">The share broken.</param>
/// <param name="Rounded">The same of the points as 8-bit values; null where these were not asked for.</param>
/// <param name="Notes">What the model and the attack did otherwise than asked.</param>
/// <param name="Points">The file with the points.</param>
internal sealed record AttackSummary(
    string Threat,
    string Attack,
    int Examples,
    int Broken,
    double Rate,
    AttackSummary.RoundedPart? Rounded,
    IReadOnlyList<string> Notes,
    string Points
)
{
    /// <summary>Puts it together.</summary>
    public static AttackSummary Of(
        EvaluationRequest request,
        AttackOutcome outcome,
        IReadOnlyList<string> notes,
        string path
    ) =>
        new(
            request.Threat.Text,
            request.Attacks.Single().Name,
            outcome.Total,
            outcome.Broken,
            outcome.Broken / (double)outcome.Total,
            outcome.Rounded is { } r ? new(8, r.Broken, r.Broken / (double)outcome.Total, r.Outside, r.Between) : null,
            notes,
            path
        );

    /// <summary>The points as 8-bit values.</summary>
    internal sealed record RoundedPart(int Bits, int Broken, double Rate, int Outside, int Between);
}
