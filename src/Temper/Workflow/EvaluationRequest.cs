using Temper.Certification;
using Temper.Data;
using Temper.Models.Passes;
using Temper.Runs;
using Temper.Threats;

namespace Temper.Workflow;

/// <summary>An evaluation as asked for.</summary>
public sealed record EvaluationRequest
{
    /// <summary>Gets the model.</summary>
    public required ModelFile Model { get; init; }

    /// <summary>Gets the data.</summary>
    public required ExampleSet Set { get; init; }

    /// <summary>Gets the threat model.</summary>
    public required ThreatModel Threat { get; init; }

    /// <summary>Gets the attacks in order.</summary>
    public required IReadOnlyList<RequestedAttack> Attacks { get; init; }

    /// <summary>Gets the protocol, which brings probes and other measurements; null for attacks alone.</summary>
    public Protocol? Protocol { get; init; }

    /// <summary>Gets other networks with gradients, whose points are submitted to the model; borrowed.</summary>
    public IReadOnlyList<ModelFile> Surrogates { get; init; } = [];

    /// <summary>
    /// Gets the training split of the data, on which a protocol may train surrogates; null where it is not here, and they are trained on
    /// examples that are not evaluated.
    /// </summary>
    public ExampleSet? TrainingSplit { get; init; }

    /// <summary>Gets what training each surrogate took; empty where they were not trained here.</summary>
    internal IReadOnlyList<ManifestPasses> SurrogatePasses { get; init; } = [];

    /// <summary>Gets what else must be said of the evaluation; null for nothing.</summary>
    internal string? Remark { get; init; }

    /// <summary>Gets whether no gradient reaches the model's input, though it should.</summary>
    internal bool Blind { get; init; }

    /// <summary>Gets the first so many examples; null for no limit.</summary>
    public int? Limit { get; init; }

    /// <summary>Gets the size of a random subset; null for none.</summary>
    public int? Sample { get; init; }

    /// <summary>Gets the physical block size.</summary>
    public int Block { get; init; } = 500;

    /// <summary>Gets the root seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>Gets the number of threads libtorch works with.</summary>
    public required int Threads { get; init; }

    /// <summary>Gets the folder for the evidence and the report.</summary>
    public required string Folder { get; init; }

    /// <summary>Gets whether an interrupted evaluation goes on.</summary>
    public bool Resume { get; init; }

    /// <summary>Gets the curve of accuracy against ε; null for none.</summary>
    public CurveConfig? Curve { get; init; }

    /// <summary>Gets on how many random examples threats outside the threat model are measured; null or 0 for none.</summary>
    public int? Unseen { get; init; }

    /// <summary>Gets whether the examples are also certified, and how.</summary>
    public CertifyKind Certify { get; init; } = CertifyKind.Auto;

    /// <summary>Gets other bounds than those of the model, whose soundness is in doubt; borrowed.</summary>
    internal Certifier? Bounds { get; init; }

    /// <summary>Gets the training this evaluation belongs to; null when a foreign model is evaluated.</summary>
    public ManifestTraining? Training { get; init; }

    /// <summary>Gets the rule of the validation split of that training.</summary>
    public string? ValidationRule { get; init; }

    /// <summary>Gets how many examples of the set are training examples too; null when training data is not known.</summary>
    public int? Overlap { get; init; }

    /// <summary>Gets the clean accuracy that the user states; null for what the model's file or the report beside it state, if they do.</summary>
    public ManifestStatement? StatedClean { get; init; }

    /// <summary>Gets how a network is computed; a run that is resumed goes on as it began.</summary>
    public PassSettings Passes { get; init; } = PassSettings.Fast;
}
