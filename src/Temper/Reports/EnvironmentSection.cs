using System.Globalization;

namespace Temper.Reports;

/// <summary>What is needed to repeat the run, and the files it left.</summary>
internal static class EnvironmentSection
{
    private const string NewLine = "\n";

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
            .. manifest.Data.ValidationRule is { } rule
                ? [("Validation split", rule)]
                : Array.Empty<(string, string)>(),
            .. manifest.Training is { } training ? [("Recipe", training.Recipe)] : Array.Empty<(string, string)>(),
            ("Seed and generator", $"{manifest.Seed.ToString(CultureInfo.InvariantCulture)}, {manifest.Rng}"),
            ("Device", $"{manifest.Device}, {manifest.Threads} threads, blocks of {manifest.Block}"),
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
            {rows.Select(r => Html.Of($"<div><dt>{r.Name}</dt><dd>{r.Value}</dd></div>{NewLine}"))}</dl>
            </section>

            """
        );
    }

    public static Html Files(IReadOnlyList<ReportFile> files) =>
        Html.Of(
            $"""
            <section aria-labelledby="files">
            <h2 id="files">Files</h2>
            <div>
            <ul class="files">
            {files.Select(f =>
                Html.Of(
                    $"""<li><a href="{f.Name}">{f.Name}</a> {f.Purpose} <code class="hash">{f.Sha256[..16]}</code></li>{NewLine}"""
                )
            )}</ul>
            <p class="note">The code beside each file is the beginning of its SHA-256. This page and <code>report.json</code> are made from the other files alone; <code>temper report DIR</code> makes them again, byte for byte.</p>
            </div>
            </section>

            """
        );
}
