using System.Text.Json.Nodes;
using Temper.Errors;
using Temper.Evaluation;
using Temper.Evaluation.Pairing;
using Temper.Runs;
using Temper.Serialization;

namespace Temper.Reports;

/// <summary>Runs side by side, and what keeps their numbers from being held against each other.</summary>
/// <param name="Runs">The runs in the order given.</param>
/// <param name="Problems">
/// One sentence for each run that measured something else than the first: another threat model, other data or examples, other
/// attacks or options. Empty when all are comparable.
/// </param>
public sealed record Comparison(IReadOnlyList<ComparedRun> Runs, IReadOnlyList<string> Problems)
{
    /// <summary>Gets whether all runs measured the same thing.</summary>
    public bool Comparable => Problems.Count == 0;

    /// <summary>Gets the first run against each other one that measured the same, example by example.</summary>
    internal IReadOnlyList<RunPair> Pairs => RunPair.Of(Runs);

    /// <summary>Gets the first training method against each other one, where seeds enough were trained with both.</summary>
    internal IReadOnlyList<MethodPair> Methods => MethodPair.Of(this);

    /// <summary>Gets what the pairs say, a sentence each.</summary>
    /// <returns>Tests of pairs of runs, then differences of methods; empty where no two runs measured the same.</returns>
    public IReadOnlyList<string> Tests => [.. Pairs.SelectMany(p => p.Words()), .. Methods.SelectMany(m => m.Words())];

    /// <summary>Reads the evidence of runs; no model is needed.</summary>
    /// <param name="folders">Two folders or more.</param>
    /// <exception cref="UsageException">Fewer than two folders, or one of them twice.</exception>
    /// <exception cref="DataException">A file is missing or damaged, or the files of a folder contradict each other.</exception>
    public static Comparison Read(IReadOnlyList<string> folders)
    {
        ArgumentNullException.ThrowIfNull(folders);
        if (folders.Count < 2)
        {
            throw new UsageException($"compare: found {folders.Count} folders, expected at least two.");
        }
        var twice = folders.GroupBy(Full, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null)
        {
            throw new UsageException($"compare: the folder {twice.First()} is named twice; expected different runs.");
        }
        var names = folders.Select(f => Path.GetFileName(Full(f))).ToList();
        var runs = folders
            .Select(
                (folder, i) =>
                    new ComparedRun(
                        names.Count(n => n == names[i]) > 1 ? folder : names[i],
                        folder,
                        ReportFolder.Read(folder),
                        Hashes.Sha256OfFile(Path.Combine(folder, Evidence.LedgerFile))
                    )
            )
            .ToList();
        return new(runs, [.. runs.Skip(1).SelectMany(run => Problem(runs[0], run))]);
    }

    /// <summary>Writes the comparison as a page.</summary>
    /// <param name="path">The file to make or replace; links to the runs' own reports are relative to it.</param>
    /// <exception cref="RunFailedException">The file cannot be written.</exception>
    public void WriteHtml(string path) => AtomicFile.WriteText(path, ComparisonPage.Render(this, path));

    /// <summary>The comparison for programs, schema version 1.</summary>
    /// <returns>A new object, the caller's to change.</returns>
    public JsonObject ToJson() =>
        new()
        {
            ["schema"] = ReportJson.Schema,
            ["comparable"] = Comparable,
            ["problems"] = new JsonArray([.. Problems.Select(p => (JsonNode)p)]),
            ["runs"] = new JsonArray([
                .. Runs.Select(run =>
                {
                    var report = ReportJson.ToJson(run.Report);
                    return (JsonNode)
                        new JsonObject
                        {
                            ["name"] = run.Name,
                            ["folder"] = run.Folder,
                            ["ledgerSha256"] = run.LedgerSha256,
                            ["threat"] = report["threat"]!.DeepClone(),
                            ["data"] = report["data"]!.DeepClone(),
                            ["attacks"] = new JsonArray([.. run.Report.Evidence.Attacks.Select(a => (JsonNode)a.Name)]),
                            ["clean"] = report["clean"]!.DeepClone(),
                            ["worstCase"] = report["worstCase"]!.DeepClone(),
                            ["lowerBound"] = report["lowerBound"]?.DeepClone(),
                            ["claim"] = report["claim"]!.DeepClone(),
                            ["cost"] = report["cost"]!.DeepClone(),
                            ["training"] = Training(run.Report.Evidence.Manifest),
                        };
                }),
            ]),
            ["pairs"] = new JsonArray([
                .. Pairs.Select(pair =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["first"] = pair.First.Name,
                            ["second"] = pair.Second.Name,
                            ["clean"] = Paired(pair.Clean),
                            ["worstCase"] = Paired(pair.Worst),
                        }
                ),
            ]),
            ["methods"] = new JsonArray([
                .. Methods.Select(methods =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["first"] = methods.First,
                            ["second"] = methods.Second,
                            ["seeds"] = new JsonArray([.. methods.Seeds.Select(s => (JsonNode)s)]),
                            ["clean"] = OverSeeds(methods.Clean),
                            ["worstCase"] = OverSeeds(methods.Worst),
                        }
                ),
            ]),
        };

    /// <summary>What tells one training from another; null for a model that was only evaluated.</summary>
    private static JsonObject? Training(RunManifest manifest) =>
        manifest.Training is not { } training
            ? null
            : new()
            {
                ["recipe"] = training.Recipe,
                ["objective"] = training.Config["training"]?["objective"]?["id"]?.DeepClone(),
                ["epochs"] = training.Config["training"]?["epochs"]?.DeepClone(),
                ["seed"] = manifest.Seed,
            };

    private static JsonObject Paired(PairedCounts counts) =>
        new()
        {
            ["n"] = counts.N,
            ["firstOnly"] = counts.FirstOnly,
            ["secondOnly"] = counts.SecondOnly,
            ["p"] = counts.P,
        };

    private static JsonObject OverSeeds(SeedDifference difference) =>
        new()
        {
            ["mean"] = difference.Mean,
            ["lower"] = difference.Mean - difference.HalfWidth,
            ["upper"] = difference.Mean + difference.HalfWidth,
        };

    private static IEnumerable<string> Problem(ComparedRun first, ComparedRun run)
    {
        var differences = Comparability.Differences(first.Report.Evidence.Manifest, run.Report.Evidence.Manifest);
        if (differences.Count > 0)
        {
            yield return $"{first.Name} and {run.Name} differ in {string.Join("; ", differences)}.";
        }
    }

    private static string Full(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
}
