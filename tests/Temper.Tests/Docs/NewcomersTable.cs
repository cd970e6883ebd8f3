using System.Globalization;
using System.Text.Json.Nodes;
using Temper.Runs;
using Temper.Serialization;

namespace Temper.Tests.Docs;

/// <summary>The measured rows of docs/methods.md, as <c>temper sweep</c> wrote them.</summary>
internal sealed class NewcomersTable
{
    /// <summary>Where the files of the sweeps lie, once they were run: <c>sweep.json</c>, and others beside it, such as one of more seeds.</summary>
    public const string Folder = "docs/evidence/newcomers-table";

    private NewcomersTable(IReadOnlyList<Row> rows, string? conditions) => (Rows, Conditions) = (rows, conditions);

    /// <summary>Gets the names of the files, in order; none where nothing was measured.</summary>
    public static IReadOnlyList<string> Files { get; } =
        Directory.Exists(Repository.PathOf(Folder))
            ? [.. Directory.GetFiles(Repository.PathOf(Folder), "sweep*.json").Select(Path.GetFileName).Order()!]
            : [];

    /// <summary>Gets the rows, one for each method and its settings, best worst case first.</summary>
    public IReadOnlyList<Row> Rows { get; }

    /// <summary>Gets data, threat and attacks in words; null where nothing was measured.</summary>
    public string? Conditions { get; }

    /// <summary>Reads the files of the repository; no rows where there are none.</summary>
    public static NewcomersTable Read() => Parse([.. Files.Select(file => Repository.Read($"{Folder}/{file}"))]);

    /// <summary>Reads the texts of files.</summary>
    public static NewcomersTable Parse(params string[] texts)
    {
        var files = texts.Select(text => JsonText.Parse<JsonObject>(text, Folder)).ToList();
        Assert.All(
            files,
            file => Assert.True((bool)file["comparable"]!, $"{Folder}: runs of a file are not comparable.")
        );
        var runs = files.SelectMany(file => file["runs"]!.AsArray()).Select(r => r!.AsObject()).ToList();
        if (runs.Count == 0)
        {
            return new([], null);
        }
        var conditions = Assert.Single(runs.Select(Words).Distinct());
        var rows = runs.GroupBy(r => (string)Training(r)["recipe"]!, StringComparer.Ordinal)
            // A run that stands in two files is one run.
            .Select(g => g.DistinctBy(r => (long)Training(r)["seed"]!).ToList())
            .Select(same => new Row(
                (string)Training(same[0])["recipe"]!,
                (string)Training(same[0])["objective"]!,
                (int)Training(same[0])["epochs"]!,
                same.Average(Multiple),
                [.. same.Select(r => 100 * (double)r["clean"]!["rate"]!)],
                [.. same.Select(r => 100 * (double)r["worstCase"]!["rate"]!)]
            ))
            .OrderByDescending(row => row.Worst.Average())
            .ThenBy(row => row.Label, StringComparer.Ordinal);
        return new([.. rows], conditions);
    }

    private static JsonObject Training(JsonObject run) =>
        run["training"] as JsonObject
        ?? throw new InvalidOperationException($"{Folder}: {run["name"]} does not say how it was trained.");

    /// <summary>The passes counted over what as many epochs of plain training count.</summary>
    private static double Multiple(JsonObject run)
    {
        var cost = run["cost"]!["training"]!;
        return ((double)cost["forwards"]! + (double)cost["backwards"]!)
            / ((double)cost["standardForwards"]! + (double)cost["standardBackwards"]!);
    }

    private static string Words(JsonObject run)
    {
        var attacks = run["attacks"]!.AsArray().Select(a => (string)a!);
        return $"{run["data"]!["name"]}, {run["data"]!["n"]} examples ({run["data"]!["split"]}), {run["threat"]!["text"]}, worst case over {string.Join(", ", attacks)}";
    }

    /// <summary>One method with its settings, over its seeds; rates in per cent.</summary>
    /// <param name="Label">The name <c>temper sweep</c> gave it, such as <c>pgd_training.awp.gamma_0.01</c>.</param>
    /// <param name="Method">The id of the training method.</param>
    /// <param name="Epochs">The epochs that the budget paid for.</param>
    /// <param name="Multiple">What its epochs cost, as a multiple of plain training, with all its settings.</param>
    /// <param name="Clean">Clean accuracy, seed by seed.</param>
    /// <param name="Worst">What stands in the worst case, likewise.</param>
    public sealed record Row(
        string Label,
        string Method,
        int Epochs,
        double Multiple,
        IReadOnlyList<double> Clean,
        IReadOnlyList<double> Worst
    )
    {
        /// <summary>Gets the guided settings of the recipe that the label names; none where it is the method alone.</summary>
        public IEnumerable<GuidedSetting> Settings =>
            GuidedSetting.All.Where(setting => Label.Split('_').Any(word => Belongs(word, setting.Key)));

        /// <summary>Gets clean accuracy in words.</summary>
        public string CleanWords => Words(Clean);

        /// <summary>Gets the worst case in words.</summary>
        public string WorstWords => Words(Worst);

        /// <summary>The mean, and with more seeds than one the standard deviation over them.</summary>
        private static string Words(IReadOnlyList<double> rates)
        {
            var mean = rates.Average();
            if (rates.Count == 1)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{mean:F1}");
            }
            var deviation = Math.Sqrt(rates.Sum(r => (r - mean) * (r - mean)) / (rates.Count - 1));
            return string.Create(CultureInfo.InvariantCulture, $"{mean:F1} ± {deviation:F1}");
        }

        /// <summary>A group such as <c>training.awp</c> stands for its keys.</summary>
        private static bool Belongs(string word, string key) =>
            word.Contains('.')
            && (
                key == word
                || key.StartsWith(word + ".", StringComparison.Ordinal)
                || (word.StartsWith("training.awp.", StringComparison.Ordinal) && key == "training.awp")
                || (word.StartsWith("data.extra.", StringComparison.Ordinal) && key == "data.extra")
            );
    }
}
