using Temper.Errors;
using Temper.Evaluation;
using Temper.Runs;

namespace Temper.Workflow;

/// <summary>The files of a run's folder.</summary>
public static class RunFolder
{
    /// <summary>What was run: resolved values, seeds, hashes, environment.</summary>
    public const string Manifest = "manifest.json";

    /// <summary>One row per example.</summary>
    public const string Ledger = "ledger.csv";

    /// <summary>One row per example, attack and restart.</summary>
    public const string Attempts = "attempts.csv";

    /// <summary>Some examples with their points: broken, smallest perturbations, survivors.</summary>
    public const string Gallery = "gallery.json";

    /// <summary>The point of every broken example.</summary>
    public const string Points = BrokenPoints.FileName;

    /// <summary>One row per budget of the curve of accuracy against ε.</summary>
    public const string Curve = "curve.csv";

    /// <summary>Accuracy under threats outside the threat model.</summary>
    public const string Unseen = "unseen.csv";

    /// <summary>One line for each evaluation of a training run's model on test data.</summary>
    public const string TestLooks = Workflow.TestLooks.FileName;

    /// <summary>One row per example: certified, falsified or neither.</summary>
    public const string Certificates = CertificatesCsv.FileName;

    /// <summary>The sub-folder of the naturally trained twin.</summary>
    public const string Twin = "twin";

    /// <summary>The report for machines.</summary>
    public const string ReportJson = "report.json";

    /// <summary>The report for people.</summary>
    public const string ReportHtml = "report.html";

    internal const string Surrogates = "surrogates";
    internal const string Journal = "journal.jsonl";
    internal const string CertifyJournal = "certify-journal.jsonl";
    internal const string CurveJournal = "curve-journal.jsonl";
    internal const string UnseenJournal = "unseen-journal.jsonl";
    internal const string Metrics = "metrics.jsonl";
    internal const string Tensorboard = "tensorboard";
    internal const string Checkpoint = "checkpoint.safetensors";
    internal const string Last = "last.safetensors";

    /// <summary>The first folder under <paramref name="root"/> of this name that does not exist yet: name, name-2, name-3.</summary>
    /// <param name="root">The folder of all runs.</param>
    /// <param name="name">The run's name.</param>
    public static string Fresh(string root, string name)
    {
        for (var number = 1; ; number++)
        {
            var folder = Path.Combine(root, number == 1 ? name : $"{name}-{number}");
            if (!Directory.Exists(folder))
            {
                return folder;
            }
        }
    }

    /// <summary>The newest folder of this name, for <c>--resume</c>.</summary>
    /// <param name="root">The folder of all runs.</param>
    /// <param name="name">The run's name.</param>
    /// <exception cref="UsageException">There is none.</exception>
    public static string Newest(string root, string name)
    {
        string? newest = null;
        for (var number = 1; ; number++)
        {
            var folder = Path.Combine(root, number == 1 ? name : $"{name}-{number}");
            if (!Directory.Exists(folder))
            {
                return newest
                    ?? throw new UsageException($"--resume: there is no run at {folder}; name its folder with --out.");
            }
            newest = folder;
        }
    }

    /// <summary>The threads a run was begun with, so that it goes on by the same arithmetic; 0 where the folder does not say.</summary>
    /// <param name="folder">The run's folder.</param>
    public static int ThreadsOf(string folder)
    {
        var manifest = Path.Combine(folder, Manifest);
        return File.Exists(manifest) ? RunManifest.Read(manifest).Threads : 0;
    }

    /// <summary>Makes the folder; one that holds a run already is only taken to resume that run.</summary>
    /// <exception cref="UsageException">It holds a run, and <paramref name="resume"/> is false.</exception>
    /// <exception cref="RunFailedException">It cannot be made.</exception>
    internal static void Open(string folder, bool resume)
    {
        if (!resume && File.Exists(Path.Combine(folder, Manifest)))
        {
            throw new UsageException(
                $"{folder}: the folder holds a run; go on with it by --resume, or name another by --out."
            );
        }
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunFailedException($"{folder}: the folder cannot be made ({e.Message}).", e);
        }
    }

    /// <summary>A path as the manifest shows it: relative to the run's folder where it lies inside, else its name.</summary>
    internal static string Shown(string path, string folder)
    {
        var relative = Path.GetRelativePath(folder, path);
        return relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? path : relative;
    }
}
