using Temper.Evaluation;
using Temper.Runs;

namespace Temper.Reports;

/// <summary>What is claimed and what is not, and the threat model that bounds both.</summary>
internal static class ScopeSection
{
    public static Html Render(Report report)
    {
        var evidence = report.Evidence;
        var names = Words.List([.. evidence.Attacks.Select(a => a.Name)]);
        var interval = evidence.Upper is null
            ? Html.Of(
                $"""<li>No interval. The first examples of a file are not a random sample, so these counts describe these {Figures.Count(evidence.N)} {report.Things} and no others.</li>"""
            )
            : Html.Of(
                $"""<li>The upper limit covers the drawing of {report.Things}, nothing else: of all {report.Things} like these, the share that the same attacks would leave is not above it, with 97.5{"\u00A0"}% confidence.</li>"""
            );
        var threat = evidence.Manifest.Threat.Text;
        var bound =
            evidence.Attacks.Count == 0
                ? Html.Of($"<li>No attack ran: the count under {threat} is the clean count.</li>")
                : Html.Of(
                    $"""<li>Under {threat}, {names} found {GoalWords.Found(evidence.Goal)} for all but {Figures.Count(evidence.Standing)} of {Figures.Count(evidence.Eligible)} examples. The share left is an upper bound: a stronger attack can only lower it.</li>"""
                );
        var compared =
            evidence.Attacks.Count > 1 && evidence.Attempts.All(r => r.Phase == AttemptRow.Cascade)
                ? Html.Of(
                    $"""<li>No ranking of attacks. Each attack met only the examples its predecessors left standing; the counts say what each added, not how strong it is alone.</li>"""
                )
                : Html.Empty;
        var others = Html.When(
            GoalWords.IsNarrow(evidence.Goal),
            () => Html.Of($"<li>Anything about wrong classes that were not aimed at.</li>")
        );
        var looks = TestLookWords.Doubt(evidence.Manifest) is { } doubt ? Html.Of($"<li>{doubt}</li>") : Html.Empty;
        return Html.Of(
            $"""
            <section aria-labelledby="scope">
            <h2 id="scope">What is claimed, and what is not</h2>
            <div class="columns">
            <div>
            <h3>These numbers say</h3>
            <ul>
            {bound}
            <li>{GoalWords.Broken(evidence.Goal)}</li>
            {interval}
            </ul>
            </div>
            <div>
            <h3>They do not say</h3>
            <ul>
            {Standing(evidence)}
            <li>Anything about another norm, a larger budget, other data, or changes that no norm measures.</li>
            {others}{compared}{looks}
            </ul>
            </div>
            </div>
            </section>

            """
        );
    }

    private static Html Standing(Evidence evidence) =>
        evidence.Bracket is { Certified: > 0 } bracket
            ? Html.Of(
                $"""<li>That examples left standing are safe beyond the {Figures.Count(
                    bracket.Certified
                )} certified ones. A certificate holds in real arithmetic, to which float32 comes close; between both ends nothing is known, and the bracket covers neither other data nor the drawing of examples.</li>"""
            )
        : evidence.Bracket is { } none
            ? Html.Of($"<li>That the examples left standing are safe: {BracketWords.Missing(none)}.</li>")
        : Html.Of(
            $"<li>That the examples left standing are safe. Nothing was certified, so there is no lower bound.</li>"
        );

    public static Html Threat(Report report)
    {
        var threat = report.Evidence.Manifest.Threat;
        var members = threat.Members ?? [threat];
        var norms = string.Join("; or ", members.Select(Norm));
        var meaning = string.Join(", or ", members.Select(Meaning));
        var masked = members[0].Mask is { } mask
            ? $" Only the values that mask {mask[..8]} lets may change, each by its share of the budget."
            : "";
        var budgets = members.Select((member, i) => Html.Of($"{(i > 0 ? ", " : "")}{Budget(member)}"));
        return Html.Of(
            $"""
            <section aria-labelledby="threat">
            <h2 id="threat">Threat model</h2>
            <div class="card">
            <p class="threat"><code>{threat.Text}</code></p>
            <p>An adversary{Knows(
                report
            )} may {meaning}, as long as the values stay in their legal range.{masked} {GoalWords.Success(report.Evidence.Goal)}</p>
            <dl class="pairs">
            <div><dt>Norm</dt><dd>{norms}</dd></div>
            <div><dt>Budget</dt><dd>{budgets}</dd></div>
            <div><dt>Goal</dt><dd>{(report.Evidence.Goal.IsTargeted ? report.Evidence.Goal.Words : "untargeted")}</dd></div>
            <div><dt>Trained for</dt><dd>{report.Evidence.Manifest.Model.TrainedFor}</dd></div>
            </dl>
            </div>
            </section>

            """
        );
    }

    private static string Norm(ManifestThreat threat) =>
        threat.Norm switch
        {
            "linf" => "L∞, the largest change of a value",
            "l2" => "L2, the Euclidean length of the change",
            "l1" => "L1, the sum of all changes",
            "l0" => "L0, the number of values changed",
            _ => threat.Norm,
        };

    private static string Meaning(ManifestThreat threat)
    {
        var epsilon = Figures.Budget(threat.Epsilon, threat);
        return threat.Norm switch
        {
            "linf" => $"change every value of the input by at most {epsilon}, up or down",
            "l2" => $"change the input by any vector of Euclidean length at most {epsilon}",
            "l1" =>
                $"change the values of the input by amounts that sum to at most {epsilon}, up and down counted alike",
            "l0" => $"change at most {epsilon} values of the input, each to any legal value",
            _ => $"change the input by at most {epsilon} in this norm",
        };
    }

    private static Html Budget(ManifestThreat threat)
    {
        var epsilon = Figures.Budget(threat.Epsilon, threat);
        var other = epsilon.EndsWith("/255", StringComparison.Ordinal)
            ? Figures.Short(threat.Epsilon)
            : Figures.Number(threat.Epsilon * 255, "0.##") + "/255";
        var also = threat.Norm == "linf" ? Html.Of($""" <span class="note">({other})</span>""") : Html.Empty;
        return Html.Of($"ε = {epsilon}{also}");
    }

    private static string Knows(Report report) =>
        report.Evidence.Manifest.Model.Kind == ManifestModel.ScoresOnly
            ? " who sees the scores of the model, and not its gradients,"
            : " who knows the model and its gradients";
}
