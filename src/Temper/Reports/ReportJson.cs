using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Temper.Evaluation;
using Temper.Evaluation.Probing;
using Temper.Evaluation.Unseen;
using Temper.Runs;

namespace Temper.Reports;

/// <summary>The report for programs, schema version 1.</summary>
internal static class ReportJson
{
    public const int Schema = 1;

    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    public static string Write(Report report) => ToJson(report).ToJsonString(Layout) + "\n";

    public static JsonObject ToJson(Report report)
    {
        var evidence = report.Evidence;
        var manifest = evidence.Manifest;
        return new JsonObject
        {
            ["schema"] = Schema,
            ["model"] = new JsonObject
            {
                ["path"] = manifest.Model.Path,
                ["sha256"] = manifest.Model.Sha256,
                ["kind"] = manifest.Model.Kind,
                ["notes"] = new JsonArray([.. (manifest.Model.Notes ?? []).Select(note => (JsonNode)note)]),
            },
            ["data"] = new JsonObject
            {
                ["name"] = manifest.Data.Name,
                ["split"] = manifest.Data.Split,
                ["n"] = evidence.N,
                ["selection"] = manifest.Data.Selection,
                ["sha256"] = manifest.Data.Sha256,
            },
            ["threat"] = Threat(manifest.Threat),
            ["clean"] = new JsonObject
            {
                ["correct"] = evidence.CleanCorrect,
                ["n"] = evidence.N,
                ["rate"] = evidence.CleanCorrect / (double)evidence.N,
            },
            ["attacks"] = new JsonArray([.. evidence.Attacks.Select(Attack)]),
            ["worstCase"] = new JsonObject
            {
                ["robust"] = evidence.Standing,
                ["n"] = evidence.Eligible,
                ["rate"] = evidence.Standing / (double)evidence.Eligible,
                ["upper"] = evidence.Upper,
            },
            ["lowerBound"] = BracketJson.Of(evidence),
            ["findings"] = new JsonArray([.. report.Findings.Select(Finding)]),
            ["claim"] = new JsonObject
            {
                ["status"] = report.Claim.Status == ClaimStatus.Supported ? "supported" : "refused",
                ["sentence"] = report.Claim.Sentence,
                ["reasons"] = new JsonArray([
                    .. report.Claim.Reasons.Select(r =>
                        (JsonNode)new JsonObject { ["text"] = r.Text, ["cure"] = r.Cure }
                    ),
                ]),
            },
            ["cost"] = Cost(evidence),
            ["validation"] = manifest.Training is { Best: { } best, Last: { } last }
                ? new JsonObject
                {
                    ["n"] = best.Examples,
                    ["best"] = Epoch(best),
                    ["last"] = Epoch(last),
                }
                : null,
            ["environment"] = Environment(manifest),
            ["probes"] = new JsonArray([.. evidence.Probes.Select(Probe)]),
            ["curve"] = report.Curve.Count == 0 ? null : Curve(report.Curve),
            ["unseen"] = report.Unseen.Count == 0 ? null : Unseen(report.Unseen),
            ["strength"] = MetricsJson.Strength(evidence),
            ["metrics"] = MetricsJson.Metrics(report),
            ["transfer"] = report.Transfer is { } transfer ? MetricsJson.Transfer(transfer) : null,
            ["twin"] = report.Twin is { } twin ? Twin(twin) : null,
            ["testLooks"] = manifest.TestLooks,
        };
    }

    private static JsonObject Threat(ManifestThreat threat)
    {
        var node = new JsonObject
        {
            ["text"] = threat.Text,
            ["norm"] = threat.Norm,
            ["epsilon"] = threat.Epsilon,
        };
        if (threat.Mask is not null)
        {
            node["mask"] = threat.Mask;
        }
        if (threat.Members is { } members)
        {
            node["members"] = new JsonArray([.. members.Select(Threat)]);
        }
        return node;
    }

    private static JsonNode Attack(AttackTally attack) =>
        new JsonObject
        {
            ["id"] = attack.Name,
            ["options"] = attack.Options.DeepClone(),
            ["attempted"] = attack.Attempted,
            ["broken"] = attack.Broken,
            ["forwards"] = attack.Forwards,
            ["gradients"] = attack.Gradients,
            ["seconds"] = attack.Seconds,
            ["notices"] = new JsonArray([.. attack.Notices.Select(notice => (JsonNode)notice)]),
            ["surrogate"] = attack.Surrogate is { } passes
                ? new JsonObject { ["forwards"] = passes.Forwards, ["gradients"] = passes.Backwards }
                : null,
        };

    private static JsonNode Probe(ProbeTally probe) =>
        new JsonObject
        {
            ["id"] = probe.Name,
            ["threat"] = probe.Threat,
            ["options"] = probe.Options.DeepClone(),
            ["n"] = probe.Examples,
            ["attempted"] = probe.Attempted,
            ["broken"] = probe.Broken,
            ["rate"] = probe.Robust / (double)probe.Examples,
            ["lower"] = Interval.LowerLimit(probe.Robust, probe.Examples),
            ["upper"] = Interval.UpperLimit(probe.Robust, probe.Examples),
            ["forwards"] = probe.Forwards,
            ["gradients"] = probe.Gradients,
            ["seconds"] = probe.Seconds,
            ["notices"] = new JsonArray([.. probe.Notices.Select(notice => (JsonNode)notice)]),
        };

    private static JsonNode Finding(Finding finding) =>
        new JsonObject
        {
            ["id"] = finding.Id,
            ["severity"] = finding.Severity switch
            {
                Severity.Info => "info",
                Severity.Warning => "warning",
                _ => "error",
            },
            ["message"] = finding.Message,
            ["whatToDo"] = finding.WhatToDo,
            ["page"] = finding.Page,
            ["figures"] = new JsonObject(finding.Figures.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value))),
            ["threshold"] = finding.Threshold,
            ["source"] = finding.Source,
        };

    private static JsonObject Curve(IReadOnlyList<CurveRow> rows) =>
        new()
        {
            ["attack"] = rows[^1].Attack,
            ["n"] = rows[0].N,
            ["points"] = new JsonArray([
                .. rows.Select(r =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["budget"] = r.Budget,
                            ["robust"] = r.Robust,
                            ["rate"] = r.Robust / (double)r.N,
                        }
                ),
            ]),
        };

    private static JsonObject Unseen(IReadOnlyList<UnseenRow> rows) =>
        new()
        {
            ["n"] = rows[0].N,
            ["cleanCorrect"] = rows[0].Correct,
            ["threats"] = new JsonArray([
                .. rows.Skip(1)
                    .Select(r =>
                        (JsonNode)
                            new JsonObject
                            {
                                ["family"] = r.Family,
                                ["name"] = r.Name,
                                ["setting"] = r.Setting,
                                ["correct"] = r.LeftOut.Length > 0 ? null : r.Correct,
                                ["rate"] = r.LeftOut.Length > 0 ? null : r.Correct / (double)r.N,
                                ["leftOut"] = r.LeftOut.Length > 0 ? r.LeftOut : null,
                            }
                    ),
            ]),
        };

    private static JsonObject Twin(TwinResult twin) =>
        new()
        {
            ["folder"] = twin.Folder,
            ["n"] = twin.Evidence.N,
            ["cleanCorrect"] = twin.Evidence.CleanCorrect,
            ["robust"] = twin.Evidence.Standing,
            ["trainingSeconds"] = twin.Evidence.Manifest.Training?.Seconds,
            ["curve"] = twin.Curve.Count == 0 ? null : Curve(twin.Curve),
        };

    private static JsonObject Cost(Evidence evidence)
    {
        var manifest = evidence.Manifest;
        return new JsonObject
        {
            ["training"] = manifest.Training is { } training
                ? new JsonObject
                {
                    ["forwards"] = training.Forwards,
                    ["backwards"] = training.Backwards,
                    ["seconds"] = training.Seconds,
                    ["standardForwards"] = training.StandardPasses.Forwards,
                    ["standardBackwards"] = training.StandardPasses.Backwards,
                }
                : null,
            ["evaluation"] = new JsonObject
            {
                ["forwards"] = evidence.Forwards,
                ["gradients"] = evidence.Gradients,
                ["seconds"] = manifest.CleanSeconds + manifest.Attacks.Sum(a => a.Seconds),
            },
        };
    }

    private static JsonObject Epoch(ManifestEpoch epoch) =>
        new()
        {
            ["epoch"] = epoch.Epoch,
            ["clean"] = epoch.Clean,
            ["robust"] = epoch.Robust,
        };

    private static JsonObject Environment(RunManifest manifest)
    {
        var environment = manifest.Environment;
        return new JsonObject
        {
            ["os"] = environment.Os,
            ["cpu"] = environment.Cpu,
            ["cores"] = environment.Cores,
            ["runtime"] = environment.Runtime,
            ["torchSharp"] = environment.TorchSharp,
            ["libtorch"] = environment.Libtorch,
            ["temper"] = environment.Temper,
            ["commit"] = environment.Commit,
            ["device"] = manifest.Device,
            ["threads"] = manifest.Threads,
            ["block"] = manifest.Block,
            ["seed"] = manifest.Seed,
            ["rng"] = manifest.Rng,
        };
    }
}
