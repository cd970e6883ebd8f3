using System.Diagnostics;
using Temper.Certification.Smoothing;
using Temper.Data;
using Temper.Errors;
using Temper.Evaluation;
using Temper.Numerics;
using Temper.Runs;
using Temper.Serialization;
using Temper.Threats;

namespace Temper.Workflow;

/// <summary>Certifies the smoothed classifier of a model, keeps the evidence in a folder and writes the report from it.</summary>
public static class SmoothingRun
{
    /// <summary>The method's name.</summary>
    public const string Name = "smoothing";

    internal const string Arithmetic =
        "exact one-sided Clopper-Pearson limits over draws of a pseudo-random generator; noise and scores in float32, whose rounding the theorem does not know";

    // Examples between two lines of the journal: few enough that little is lost by an interruption.
    private const int Together = 5;

    /// <summary>Runs a certification.</summary>
    /// <param name="request">What to certify.</param>
    /// <param name="clock">Tells the time for the manifest.</param>
    /// <param name="progress">Told after every few examples.</param>
    /// <param name="cancellation">Stops between blocks; the journal keeps what is done.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="ThreatException">Smoothing does not know the threat model.</exception>
    public static SmoothingReport Run(
        SmoothingRequest request,
        TimeProvider clock,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation
    )
    {
        if (request.Threat is not L2Threat || request.Threat.Goal.IsTargeted)
        {
            throw new ThreatException(
                $"threat {request.Threat.Text}: smoothing by Gaussian noise certifies under l2 without a goal; expected one such as l2:0.5."
            );
        }
        var rng = new Rng(request.Seed).Fork("evaluate");
        var selection = Selection.Of(request.Set.Count, request.Limit, request.Sample, rng);
        RunFolder.Open(request.Folder, request.Resume);
        var path = Path.Combine(request.Folder, RunFolder.Manifest);
        var begun = File.Exists(path) ? RunManifest.Read(path) : null;
        var manifest = Manifest(request, selection, clock);
        manifest = manifest with { Started = begun?.Started ?? manifest.Started };
        manifest = manifest with
        {
            TestLooks =
                begun?.TestLooks
                ?? TestLooks.Count(request.Model.Path, TestLook.Of(manifest, CertificationRun.Identity(manifest))),
        };
        using var journal = Journal.Open(
            Path.Combine(request.Folder, RunFolder.Journal),
            CertificationRun.Identity(manifest),
            request.Resume
        );
        manifest.Write(path);
        var rows = Rows(request, selection.Indices, journal, rng, progress, cancellation);
        SmoothedCsv.Write(Path.Combine(request.Folder, SmoothedCsv.FileName), rows);
        var report = SmoothingReport.Of(manifest, rows, request.Settings);
        SmoothedCurve.Write(Path.Combine(request.Folder, SmoothedCurve.FileName), report.Curve);
        (manifest with { Files = Seals.Of(request.Folder) }).Write(path);
        AtomicFile.WriteText(Path.Combine(request.Folder, RunFolder.ReportJson), JsonText.Write(report));
        return report;
    }

    private static SmoothedRow[] Rows(
        SmoothingRequest request,
        IReadOnlyList<int> indices,
        Journal journal,
        Rng rng,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation
    )
    {
        var smoothed = new SmoothedClassifier(
            request.Model.Classifier,
            request.Settings,
            rng.Fork(Name),
            request.Block
        );
        var rows = new List<SmoothedRow>(indices.Count);
        foreach (var (number, chunk) in indices.Chunk(Together).Index())
        {
            var line = journal.Find(Name, number);
            if (line is null)
            {
                line = Certify(request, smoothed, number, chunk, cancellation);
                journal.Add(line);
            }
            rows.AddRange(
                line.Indices.Select(
                    (index, row) =>
                        new SmoothedRow(
                            index,
                            request.Set.Labels[index],
                            new(line.Predictions[row], line.Votes![row], request.Settings)
                        )
                )
            );
            var right = rows.Count(r => r.HoldsAt(0));
            progress?.Report(new(Name, rows.Count, indices.Count, right));
        }
        return [.. rows.OrderBy(r => r.Index)];
    }

    private static JournalLine Certify(
        SmoothingRequest request,
        SmoothedClassifier smoothed,
        int number,
        int[] chunk,
        CancellationToken cancellation
    )
    {
        var watch = Stopwatch.StartNew();
        var found = new List<SmoothedCertificate>(chunk.Length);
        foreach (var index in chunk)
        {
            using var batch = BatchSource.Gather(request.Set, [index], request.Model.Classifier.Device);
            found.Add(smoothed.Certify(batch.Inputs, index, cancellation));
        }
        int[] selected = [.. found.Select(f => f.Selected)];
        return new(Name, number, watch.Elapsed.TotalSeconds, chunk, selected, [], [], [], [], [])
        {
            Votes = [.. found.Select(f => f.Count)],
        };
    }

    private static RunManifest Manifest(SmoothingRequest request, Selection selection, TimeProvider clock)
    {
        var (model, settings) = (request.Model, request.Settings);
        return ManifestBuilder.Create(
            new(request.Seed, request.Threads, request.Block, model.Classifier.Device.ToString()),
            ManifestBuilder.Model(model, request.Folder, model.Notes),
            DataSource.Card(request.Set, selection, null, null),
            request.Threat,
            [],
            null,
            clock
        ) with
        {
            Kind = RunManifest.Certify,
            Certification = new(Name, Arithmetic)
            {
                Sigma = settings.Sigma,
                N0 = settings.N0,
                N = settings.N,
                Alpha = settings.Alpha,
            },
        };
    }
}
