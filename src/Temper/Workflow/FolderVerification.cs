using System.Text;
using Temper.Certification.Smoothing;
using Temper.Errors;
using Temper.Evaluation;
using Temper.Numerics;
using Temper.Reports;
using Temper.Runs;
using Temper.Serialization;

namespace Temper.Workflow;

/// <summary>Holds the files of a folder against each other; needs neither model nor data.</summary>
/// <param name="folder">The run's folder.</param>
/// <param name="prefix">Set before the names of files: empty, or the twin's folder with a slash.</param>
internal sealed class FolderVerification(string folder, string prefix = "")
{
    /// <summary>Makes the checks.</summary>
    public IEnumerable<ClaimCheck> Run()
    {
        List<ClaimCheck> checks = [];
        try
        {
            var manifest = RunManifest.Read(Path.Combine(folder, RunFolder.Manifest));
            checks.Add(Sealed(manifest));
            if (manifest.Kind == RunManifest.Certify)
            {
                checks.AddRange(Certified(manifest));
                return checks;
            }
            var (report, json, html) = ReportFolder.Render(folder);
            checks.Add(Selected(manifest, RunFolder.Ledger, report.Evidence.Ledger.Select(r => r.Index)));
            checks.Add(Same(ReportFolder.JsonFile, json, isNeeded: true, FirstDifference.OfJson));
            checks.Add(Same(ReportFolder.HtmlFile, html, isNeeded: false, FirstDifference.OfLines));
            checks.Add(
                Pointed(
                    report.Evidence.Ledger.Where(r => r.BrokenBy is not (null or LedgerRow.Clean)).Select(r => r.Index)
                )
            );
            if (manifest is { Kind: RunManifest.Train, TestLooks: { } number })
            {
                checks.Add(Looked(manifest, number));
            }
            if (manifest.Twin is { } twin)
            {
                checks.AddRange(new FolderVerification(Path.Combine(folder, twin), $"{twin}/").Run());
            }
        }
        catch (TemperException e)
        {
            checks.Add(Failed("evidence", e.Message));
        }
        return checks;
    }

    private ClaimCheck Sealed(RunManifest manifest)
    {
        if (manifest.Files is not { } files)
        {
            return new(
                $"{prefix}files",
                CheckOutcome.NotChecked,
                0,
                "not sealed: the manifest holds no hashes of the evidence."
            );
        }
        var now = Seals.Of(folder, manifest.Twin);
        List<string> problems =
        [
            .. files
                .Where(f => now.GetValueOrDefault(f.Key) != f.Value)
                .Select(f => now.ContainsKey(f.Key) ? $"{f.Key} was changed" : $"{f.Key} is missing"),
            .. now.Keys.Where(name => !files.ContainsKey(name)).Select(name => $"{name} was added"),
        ];
        foreach (var needed in Needed(manifest))
        {
            if (!files.ContainsKey(needed))
            {
                problems.Add($"{needed} is not sealed");
            }
        }
        return problems.Count == 0
            ? Passed("files", files.Count, "the hashes in the manifest are those of the files.")
            : Failed("files", $"after the evaluation {Words.List(problems)}.");
    }

    /// <summary>The tables that a report rests on.</summary>
    private static string[] Needed(RunManifest manifest) =>
        manifest switch
        {
            { Kind: RunManifest.Certify, Certification.Method: SmoothingRun.Name } =>
            [
                SmoothedCsv.FileName,
                SmoothedCurve.FileName,
            ],
            { Kind: RunManifest.Certify } => [RunFolder.Certificates],
            { Certification.Problem: null, Certification: not null } =>
            [
                RunFolder.Ledger,
                RunFolder.Attempts,
                RunFolder.Certificates,
            ],
            _ => [RunFolder.Ledger, RunFolder.Attempts],
        };

    /// <summary>The checks of a folder of <c>temper certify</c>, after that of its hashes.</summary>
    private IEnumerable<ClaimCheck> Certified(RunManifest manifest)
    {
        if (manifest.Certification!.Method == SmoothingRun.Name)
        {
            var (smoothed, settings) = Smoothed(manifest);
            yield return Selected(manifest, SmoothedCsv.FileName, smoothed.Select(r => r.Index));
            var found = JsonText.Write(SmoothingReport.Of(manifest, smoothed, settings));
            yield return Same(ReportFolder.JsonFile, found, isNeeded: true, FirstDifference.OfJson);
            yield break;
        }
        var (_, rows, json, html) = CertificationFolder.Render(folder);
        yield return Selected(manifest, RunFolder.Certificates, rows.Select(r => r.Index));
        yield return Same(ReportFolder.JsonFile, json, isNeeded: true, FirstDifference.OfJson);
        yield return Same(ReportFolder.HtmlFile, html, isNeeded: false, FirstDifference.OfLines);
        yield return Pointed(
            rows.Where(r => r is { Verdict: Verdict.Falsified, By: not LedgerRow.Clean }).Select(r => r.Index)
        );
    }

    /// <summary>The certificates of a smoothed classifier, each by the settings of the manifest.</summary>
    private (IReadOnlyList<SmoothedRow> Rows, SmoothingSettings Settings) Smoothed(RunManifest manifest)
    {
        var rows = SmoothedCsv.Read(Path.Combine(folder, SmoothedCsv.FileName));
        var card = manifest.Certification!;
        var settings = new SmoothingSettings
        {
            Sigma = card.Sigma ?? 0,
            N0 = card.N0 ?? 0,
            N = card.N ?? 0,
            Alpha = card.Alpha ?? 0,
        };
        return rows.FirstOrDefault(r => r.Certificate.Settings != settings) is { } other
            ? throw new DataException(
                $"{SmoothedCsv.FileName}: example {other.Index} has another σ, N0, N or α than {RunFolder.Manifest}."
            )
            : (rows, settings);
    }

    /// <summary>The examples are those that seed and rule choose, so that none was picked by its outcome.</summary>
    private ClaimCheck Selected(RunManifest manifest, string table, IEnumerable<long> indices)
    {
        var rule = manifest.Selection;
        var rng = new Rng(rule.Kind == SelectionKind.Sample ? rule.Seed : manifest.Seed).Fork("evaluate");
        var chosen = Selection.Of(
            rule.Total,
            rule.Kind == SelectionKind.First ? rule.Count : null,
            rule.Kind == SelectionKind.Sample ? rule.Count : null,
            rng
        );
        return chosen.Indices.Select(i => (long)i).Order().SequenceEqual(indices)
            ? Passed("selection", manifest.Data.N, $"{table} holds the examples of '{rule.Text}'.")
            : Failed("selection", $"{table} holds other examples than '{rule.Text}' chooses.");
    }

    private ClaimCheck Same(string name, string expected, bool isNeeded, Func<string, string, string> explain)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            return isNeeded
                ? Failed(name, "the file is missing.")
                : new($"{prefix}{name}", CheckOutcome.NotChecked, 0, "the file is not there.");
        }
        return Hashes.Sha256OfFile(path) == Hashes.Sha256(Encoding.UTF8.GetBytes(expected))
            ? Passed(name, 0, "byte for byte what the evidence gives.")
            : Failed(name, $"{explain(TextFile.Read(path), expected)}.");
    }

    private ClaimCheck Pointed(IEnumerable<long> indices)
    {
        var broken = indices.ToHashSet();
        var path = Path.Combine(folder, RunFolder.Points);
        if (!File.Exists(path))
        {
            return new(
                $"{prefix}{RunFolder.Points}",
                CheckOutcome.NotChecked,
                0,
                $"no points are stored; {broken.Count} examples are broken."
            );
        }
        var points = BrokenPoints.Read(path);
        var stored = points.Indices.ToHashSet();
        if (broken.Except(stored).Order().Cast<long?>().FirstOrDefault() is { } bare)
        {
            return Failed(RunFolder.Points, $"example {bare} is broken and has no point.");
        }
        return stored.Except(broken).Order().Cast<long?>().FirstOrDefault() is { } extra
            ? Failed(RunFolder.Points, $"example {extra} has a point, and no attack broke it.")
            : Passed(RunFolder.Points, stored.Count, "one point for every example that an attack broke, and no other.");
    }

    /// <summary>The file of looks grows after the evaluation, so it is not sealed; its line for this one must stand where the manifest says.</summary>
    private ClaimCheck Looked(RunManifest manifest, int number)
    {
        const string Name = TestLooks.FileName;
        if (!File.Exists(Path.Combine(folder, Name)))
        {
            return new($"{prefix}{Name}", CheckOutcome.NotChecked, 0, "the file is not there.");
        }
        var found = TestLooks.Find(folder, manifest.Model.Sha256, manifest.Started);
        return found == number
            ? Passed(Name, 0, $"look {number} with this model, as the manifest says.")
            : Failed(
                Name,
                $"this evaluation is {(found is { } other ? $"look {other}" : "no look")} there, look {number} in the manifest."
            );
    }

    private ClaimCheck Passed(string name, int count, string message) =>
        new($"{prefix}{name}", CheckOutcome.Passed, count, message);

    private ClaimCheck Failed(string name, string message) => new($"{prefix}{name}", CheckOutcome.Failed, 0, message);
}
