using System.Text.Json.Serialization;
using Temper.Errors;
using Temper.Serialization;

namespace Temper.Runs;

/// <summary>What a run was asked to do and where: <c>manifest.json</c>.</summary>
public sealed record RunManifest
{
    /// <summary>The schema version this library writes and reads.</summary>
    public const int CurrentSchema = 1;

    /// <summary>The <see cref="Kind"/> of a training run.</summary>
    public const string Train = "train";

    /// <summary>The <see cref="Kind"/> of an evaluation.</summary>
    public const string Evaluate = "evaluate";

    /// <summary>The <see cref="Kind"/> of a certification.</summary>
    public const string Certify = "certify";

    /// <summary>Gets the schema version of the file.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>Gets what was run: <c>train</c>, <c>evaluate</c> or <c>certify</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Gets the time the run began, in UTC.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Gets the version of this library.</summary>
    public required string TemperVersion { get; init; }

    /// <summary>Gets the root seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Gets the generator and its version, such as <c>philox4x32-10/v1</c>.</summary>
    public required string Rng { get; init; }

    /// <summary>Gets the number of threads: part of the arithmetic.</summary>
    public required int Threads { get; init; }

    /// <summary>Gets the physical block size: part of the arithmetic.</summary>
    public required int Block { get; init; }

    /// <summary>Gets the device, such as <c>cpu</c>.</summary>
    public required string Device { get; init; }

    /// <summary>Gets how the network was computed, or null where libtorch alone decided: scripts, scores-only models, modules of users.</summary>
    public ManifestArithmetic? Arithmetic { get; init; }

    /// <summary>Gets the model.</summary>
    public required ManifestModel Model { get; init; }

    /// <summary>Gets the data.</summary>
    public required ManifestData Data { get; init; }

    /// <summary>Gets the threat model.</summary>
    public required ManifestThreat Threat { get; init; }

    /// <summary>Gets the attacks, in the order they ran.</summary>
    public required IReadOnlyList<ManifestAttack> Attacks { get; init; }

    /// <summary>Gets the protocol the evaluation followed, such as <c>standard</c>; null for attacks chosen one by one.</summary>
    public string? Protocol { get; init; }

    /// <summary>Gets the probes; null where there were none.</summary>
    public ManifestProbes? Probes { get; init; }

    /// <summary>Gets the networks whose points were submitted to the model; null for none.</summary>
    public IReadOnlyList<ManifestSurrogate>? Surrogates { get; init; }

    /// <summary>Gets the wall-clock time of the clean pass, in seconds.</summary>
    public required double CleanSeconds { get; init; }

    /// <summary>Gets where the run took place.</summary>
    public required ManifestEnvironment Environment { get; init; }

    /// <summary>Gets how the model was trained, or null when that is not known.</summary>
    public ManifestTraining? Training { get; init; }

    /// <summary>Gets the curve of accuracy against ε, or null when none was measured.</summary>
    public ManifestCurve? Curve { get; init; }

    /// <summary>Gets the matrix of unseen threats, or null when none was measured.</summary>
    public ManifestUnseen? Unseen { get; init; }

    /// <summary>Gets how examples were certified, or null when none were.</summary>
    public ManifestCertification? Certification { get; init; }

    /// <summary>Gets the sub-folder that holds a naturally trained twin's evaluation, or null.</summary>
    public string? Twin { get; init; }

    /// <summary>Gets the SHA-256 of every file of evidence beside the manifest, by name; null for runs that did not seal them.</summary>
    public IReadOnlyDictionary<string, string>? Files { get; init; }

    /// <summary>
    /// Gets how often test data was looked at with this very model when the run looked, this look included; null where that is not
    /// known, and for other splits.
    /// </summary>
    public int? TestLooks { get; init; }

    /// <summary>Gets which examples were used; <see cref="ManifestData.Selection"/> understood.</summary>
    /// <exception cref="DataException">The text is not of the form, or disagrees with the counts beside it.</exception>
    [JsonIgnore]
    public DataSelection Selection => DataSelection.Parse(Data.Selection, Data.N, Data.Total);

    /// <summary>Reads a manifest strictly.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataException">The file is missing, is not such JSON, or contradicts itself.</exception>
    public static RunManifest Read(string path)
    {
        var manifest = JsonText.Read<RunManifest>(path);
        return manifest.Problem() is { } problem ? throw new DataException($"{path}: {problem}") : manifest;
    }

    /// <summary>Writes the manifest, atomically.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <exception cref="DataException">The manifest contradicts itself.</exception>
    /// <exception cref="RunFailedException">The file cannot be written.</exception>
    public void Write(string path)
    {
        if (Problem() is { } problem)
        {
            throw new DataException($"{path}: {problem}");
        }
        AtomicFile.WriteText(path, JsonText.Write(this with { Started = Started.ToUniversalTime() }));
    }

    private string? Problem()
    {
        if (Schema != CurrentSchema)
        {
            return $"schema: found {Schema}, expected {CurrentSchema}; another version of this tool wrote it.";
        }
        if (Kind is not (Train or Evaluate or Certify))
        {
            return $"kind: found '{Kind}', expected 'train', 'evaluate' or 'certify'.";
        }
        if (Kind == Certify && Certification is null)
        {
            return "certification: found none in a manifest of kind 'certify', expected one.";
        }
        if (!(double.IsFinite(Threat.Epsilon) && Threat.Epsilon >= 0))
        {
            return $"threat.epsilon: found {Threat.Epsilon}, expected a finite number from 0.";
        }
        if ((Threat.Norm == ManifestThreat.Union) != (Threat.Members is { Count: > 1 }))
        {
            return $"threat.members: found {Threat.Members?.Count ?? 0} for '{Threat.Text}', expected at least 2 for a union and none else.";
        }
        if (Twin is not null && (Twin != Path.GetFileName(Twin) || Twin is "" or "." or ".."))
        {
            return $"twin: found '{Twin}', expected the name of a sub-folder.";
        }
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var attack in Attacks.Concat(Probes?.Attacks ?? []))
        {
            if (attack.Name is "" or "clean" || !names.Add(attack.Name))
            {
                return $"attacks: the name '{attack.Name}' is empty, taken, or 'clean'; each attack needs its own.";
            }
            if (!(double.IsFinite(attack.Seconds) && attack.Seconds >= 0))
            {
                return $"attacks: '{attack.Name}' took {attack.Seconds} seconds, expected a finite number from 0.";
            }
        }
        if (Probes is { } probes && (probes.Examples < 1 || probes.Examples > Data.N))
        {
            return $"probes.examples: found {probes.Examples}, expected 1 to {Data.N}, the examples evaluated.";
        }
        if (Curve is { } curve && !names.Contains(curve.Attack))
        {
            return $"curve: found the attack '{curve.Attack}', expected one of attacks ({string.Join(", ", names)}).";
        }
        if (
            Model.StatedClean is { } s
            && !(s.Rate is >= 0 and <= 1 && s.Within is >= 0 and <= 1 && s.Examples is null or > 0)
        )
        {
            return $"model.statedClean: found {s.Rate} within {s.Within} of {s.Examples}, expected shares from 0 to 1, and a number of examples from 1.";
        }
        if (TestLooks is < 1)
        {
            return $"testLooks: found {TestLooks}, expected at least 1, this look.";
        }
        if (Unseen is { } unseen && (unseen.Examples < 1 || unseen.Examples > Data.N))
        {
            return $"unseen.examples: found {unseen.Examples}, expected 1 to the {Data.N} evaluated.";
        }
        try
        {
            _ = Selection;
            return null;
        }
        catch (DataException e)
        {
            return e.Message;
        }
    }
}
