using System.Globalization;
using Temper.Evaluation;

namespace Temper.Reports;

/// <summary>What is needed to repeat the run, and the files it left.</summary>
internal static class EnvironmentSection
{
    public static Html Render(Report report)
    {
        var manifest = report.Evidence.Manifest;
        var environment = manifest.Environment;
        var commit = environment.Commit is { } hash ? $" ({hash})" : "";
        (string Name, string Value)[] rows =
        [
            (
                "Model",
                $"{manifest.Model.Path} ({manifest.Model.Kind}, {Figures.Count(manifest.Model.Parameters)} parameters)"
            ),
            ("Model SHA-256", manifest.Model.Sha256),
            ("Data", $"{manifest.Data.Name} {manifest.Data.Split}, {manifest.Data.Selection}"),
            ("Data SHA-256", manifest.Data.Sha256),
            (TestLookWords.Name, TestLookWords.Of(manifest)),
            .. manifest.Data.Variant is { } variant ? [("Variant", variant)] : Array.Empty<(string, string)>(),
            .. manifest.Data.ValidationRule is { } rule
                ? [("Validation split", rule)]
                : Array.Empty<(string, string)>(),
            .. manifest.Training is { } training ? [("Recipe", training.Recipe)] : Array.Empty<(string, string)>(),
            ("Seed and generator", $"{manifest.Seed.ToString(CultureInfo.InvariantCulture)}, {manifest.Rng}"),
            (
                "Device",
                $"{manifest.Device}, {manifest.Threads} {(manifest.Threads == 1 ? "thread" : "threads")}, blocks of {manifest.Block}"
            ),
            ("Temper", environment.Temper + commit),
            ("TorchSharp, libtorch", $"{environment.TorchSharp}, {environment.Libtorch}"),
            ("Runtime", environment.Runtime),
            ("System", $"{environment.Os}; {environment.Cpu}, {environment.Cores} cores"),
        ];
        return Html.Of(
            $"""
            <section aria-labelledby="environment">
            <h2 id="environment">Environment</h2>
            <dl class="pairs">
            {rows.Select(r => Row(r.Name, r.Value))}</dl>
            </section>

            """
        );
    }

    private static Html Row(string name, string value)
    {
        var shown = name.EndsWith("SHA-256", StringComparison.Ordinal)
            ? Html.Of($"<code>{value}</code>")
            : Html.Of($"{value}");
        return Html.Of(
            $"""
            <div><dt>{name}</dt><dd>{shown}</dd></div>

            """
        );
    }

    private static Html Item(ReportFile file) =>
        Html.Of(
            $"""
            <li><a href="{file.Address}">{file.Name}</a> {file.Purpose} <code class="hash">{file.Sha256[
                ..16
            ]}</code></li>

            """
        );

    public static Html Files(IReadOnlyList<ReportFile> files) =>
        Html.Of(
            $"""
            <section aria-labelledby="files">
            <h2 id="files">Files</h2>
            <div>
            <ul class="files">
            {files.Select(Item)}</ul>
            <p class="note">The code beside each file is the beginning of its SHA-256. This page and <code>report.json</code> are made from the other files alone; <code>temper report DIR</code> makes them again, byte for byte.</p>
            </div>
            </section>

            """
        );
}
