using System.Text.Json.Nodes;
using Temper.Evaluation;
using Temper.Evaluation.Metrics;
using Temper.Evaluation.Strength;
using Temper.Evaluation.Transferring;
using Temper.Runs;

namespace Temper.Reports;

/// <summary>The metrics of a report, for programs.</summary>
internal static class MetricsJson
{
    public static JsonArray Strength(Evidence evidence)
    {
        var random = evidence.Selection.Kind != SelectionKind.First;
        return Array(
            StrengthCurve.Of(evidence),
            curve => new JsonObject
            {
                ["kind"] = curve.Kind switch
                {
                    StrengthKind.Steps => "steps",
                    StrengthKind.Restarts => "restarts",
                    _ => "queries",
                },
                ["threat"] = curve.Threat,
                ["n"] = curve.N,
                ["flat"] = curve.IsFlat,
                ["points"] = Array(
                    curve.Points,
                    point => new JsonObject
                    {
                        ["at"] = point.At,
                        ["probe"] = point.Probe,
                        ["robust"] = point.Robust,
                        ["rate"] = point.Robust / (double)curve.N,
                        ["lower"] = random ? Interval.LowerLimit(point.Robust, curve.N) : null,
                        ["upper"] = random ? Interval.UpperLimit(point.Robust, curve.N) : null,
                    }
                ),
            }
        );
    }

    public static JsonObject Metrics(Report report)
    {
        var metrics = ModelMetrics.Of(report.Evidence);
        return new JsonObject
        {
            ["attackSuccess"] = new JsonObject
            {
                ["broken"] = metrics.Broken,
                ["n"] = metrics.Attackable,
                ["rate"] = metrics.AttackSuccess,
            },
            ["classes"] = Array(
                metrics.Classes,
                c => new JsonObject
                {
                    ["label"] = c.Label,
                    ["n"] = c.N,
                    ["cleanCorrect"] = c.CleanCorrect,
                    ["robust"] = c.Robust,
                    ["rate"] = c.RobustRate,
                }
            ),
            ["worstClass"] = metrics.Worst?.Label,
            ["confusion"] = Array(
                metrics.Confusions,
                c => new JsonObject
                {
                    ["clean"] = c.Clean,
                    ["adversarial"] = c.Adversarial,
                    ["count"] = c.Count,
                }
            ),
            ["distances"] = metrics.Distances is { } distances ? Distances(distances) : null,
            ["calibration"] = new JsonObject
            {
                ["clean"] = metrics.Clean is { } clean ? Calibration(clean) : null,
                ["attacked"] = metrics.Attacked is { } attacked ? Calibration(attacked) : null,
            },
            ["estimates"] = report.Estimates is { } estimates ? Estimates(estimates) : null,
        };
    }

    private static JsonObject Distances(Distances distances) =>
        new()
        {
            ["n"] = distances.N,
            ["broken"] = distances.Broken,
            ["minimised"] = distances.Minimised,
            ["sought"] = distances.Sought,
            ["quantiles"] = Array(
                distances.Quantiles,
                q => new JsonObject
                {
                    ["share"] = q.Share,
                    ["distance"] = q.Distance,
                    ["censored"] = q.Censored,
                }
            ),
        };

    private static JsonObject Calibration(Calibration calibration) =>
        new()
        {
            ["n"] = calibration.N,
            ["correct"] = calibration.Correct,
            ["ece"] = calibration.Ece,
            ["confidence"] = calibration.Confidence,
            ["wrongConfidence"] = calibration.WrongConfidence,
        };

    private static JsonObject Estimates(EstimateSummary estimates) =>
        new()
        {
            ["n"] = estimates.N,
            ["clever"] = estimates.Clever,
            ["atBudget"] = estimates.AtBudget,
            ["broken"] = estimates.Broken,
            ["brokenAtBudget"] = estimates.BrokenAtBudget,
            ["slope"] = estimates.Slope,
            ["steepest"] = estimates.Steepest,
        };

    public static JsonObject Transfer(TransferMatrix matrix) =>
        new()
        {
            ["examples"] = matrix.Examples,
            ["models"] = Array(matrix.Models, m => new JsonObject { ["path"] = m.Path, ["sha256"] = m.Sha256 }),
            ["cells"] = Array(
                matrix.Cells,
                c => new JsonObject
                {
                    ["from"] = c.From,
                    ["to"] = c.To,
                    ["n"] = c.N,
                    ["broken"] = c.Broken,
                }
            ),
        };

    private static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode> write) => new([.. items.Select(write)]);
}
