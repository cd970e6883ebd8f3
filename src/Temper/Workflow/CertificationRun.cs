using System.Text.Json.Nodes;
using Temper.Certification;
using Temper.Errors;
using Temper.Evaluation;
using Temper.Numerics;
using Temper.Reports;
using Temper.Runs;
using Temper.Serialization;

namespace Temper.Workflow;

/// <summary>Certifies a model's examples, keeps the evidence in a folder and writes the report from it.</summary>
public static class CertificationRun
{
    internal const string Rounded =
        "bounds in float64 with their rounding taken off, of the network in real arithmetic with its stored weights; computed in float32 it can differ by its own rounding";

    private static readonly (string Name, BoundMethod Method)[] Methods =
    [
        ("ibp", BoundMethod.Interval),
        ("crown", BoundMethod.Crown),
        ("alpha-crown", BoundMethod.AlphaCrown),
        ("complete", BoundMethod.Complete),
    ];

    /// <summary>Gets the names of the methods, from the cheapest to the closest.</summary>
    public static IReadOnlyList<string> MethodNames { get; } = [.. Methods.Select(m => m.Name)];

    /// <summary>Finds a method by its name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="UsageException">There is none of that name.</exception>
    public static BoundMethod Method(string name) =>
        Methods.FirstOrDefault(m => m.Name == name) is { Name: not null } found
            ? found.Method
            : throw new UsageException(
                $"unknown method '{name}'{NearestName.Suggest(name, MethodNames)}; expected {string.Join(", ", MethodNames)} or {SmoothingRun.Name}."
            );

    /// <summary>Runs a certification.</summary>
    /// <param name="request">What to certify.</param>
    /// <param name="clock">Tells the time for the manifest.</param>
    /// <param name="progress">Told after every block.</param>
    /// <param name="cancellation">Stops between blocks; the journal keeps what is done.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="ThreatException">Bounds do not know the threat model.</exception>
    public static CertificationReport Run(
        CertificationRequest request,
        TimeProvider clock,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation
    )
    {
        if (!Certifier.Knows(request.Threat))
        {
            throw new ThreatException(
                $"threat {request.Threat.Text}: there are certified bounds under linf and l2 without a goal; expected one such as linf:8/255 or l2:0.5."
            );
        }
        AccessCheck.Run(request.Model.Classifier, request.Threat, request.Attacks);
        var rng = new Rng(request.Seed).Fork("evaluate");
        var selection = Selection.Of(request.Set.Count, request.Limit, request.Sample, rng);
        RunFolder.Open(request.Folder, request.Resume);
        var path = Path.Combine(request.Folder, RunFolder.Manifest);
        var begun = File.Exists(path) ? RunManifest.Read(path) : null;
        using var certifier = Certifier.Of(request.Model.Classifier);
        var manifest = Manifest(request, selection, clock) with
        {
            Arithmetic = PassChoice.Of(request.Model.Graph, request.Passes, begun),
            Certification = new(NameOf(request.Method), Rounded)
            {
                SecondsEach = request.Method == BoundMethod.Complete ? request.Seconds : null,
                Problem = certifier.Problem,
            },
        };
        manifest = manifest with { Started = begun?.Started ?? manifest.Started };
        manifest = manifest with
        {
            TestLooks =
                begun?.TestLooks ?? TestLooks.Count(request.Model.Path, TestLook.Of(manifest, Identity(manifest))),
        };
        PassChoice.Apply(request.Model.Classifier, manifest.Arithmetic);
        manifest.Write(path);
        using var journal = Journal.Open(
            Path.Combine(request.Folder, RunFolder.Journal),
            Identity(manifest),
            request.Resume
        );
        var stages = new CertificationStages(
            request,
            selection.Indices,
            certifier,
            journal,
            rng,
            progress,
            cancellation
        );
        var rows = stages.Run();
        CertificatesCsv.Write(Path.Combine(request.Folder, CertificatesCsv.FileName), rows);
        var points = Path.Combine(request.Folder, RunFolder.Points);
        if (stages.Points() is { } found)
        {
            found.Write(points, Identity(manifest));
        }
        else
        {
            File.Delete(points);
        }
        manifest = manifest with { Files = Seals.Of(request.Folder), CleanSeconds = stages.CleanSeconds };
        manifest.Write(path);
        return CertificationFolder.Write(request.Folder);
    }

    internal static string NameOf(BoundMethod method) => Methods.Single(m => m.Method == method).Name;

    private static RunManifest Manifest(CertificationRequest request, Selection selection, TimeProvider clock)
    {
        var model = request.Model;
        return ManifestBuilder.Create(
            new(request.Seed, request.Threads, request.Block, model.Classifier.Device.ToString()),
            ManifestBuilder.Model(model, request.Folder, model.Notes),
            DataSource.Card(request.Set, selection, null, null),
            request.Threat,
            request.Attacks,
            null,
            clock
        ) with
        {
            Kind = RunManifest.Certify,
        };
    }

    internal static string Identity(RunManifest manifest) =>
        Hashes.Sha256(
            System.Text.Encoding.UTF8.GetBytes(
                new JsonObject
                {
                    ["kind"] = manifest.Kind,
                    ["temper"] = manifest.TemperVersion,
                    ["rng"] = manifest.Rng,
                    ["seed"] = manifest.Seed,
                    ["threads"] = manifest.Threads,
                    ["block"] = manifest.Block,
                    ["device"] = manifest.Device,
                    ["arithmetic"] = JsonText.ToNode(manifest.Arithmetic),
                    ["certification"] = JsonText.ToNode(manifest.Certification),
                    ["model"] = manifest.Model.Sha256,
                    ["data"] = manifest.Data.Sha256,
                    ["selection"] = manifest.Data.Selection,
                    ["threat"] = manifest.Threat.Text,
                    ["mask"] = manifest.Threat.Mask,
                    ["attacks"] = new JsonArray([
                        .. manifest.Attacks.Select(a => new JsonObject
                        {
                            ["name"] = a.Name,
                            ["id"] = a.Id,
                            ["options"] = a.Options.DeepClone(),
                        }),
                    ]),
                }.ToJsonString()
            )
        );
}
