using Temper.Errors;
using Temper.Runs;

namespace Temper.Workflow;

/// <summary>A fixed way to evaluate: which attacks take part in the worst case, which probes diagnose, how much is looked at beside.</summary>
/// <param name="Name">The name in manifests and on the command line.</param>
/// <param name="Attacks">The attacks of the cascade, or a list of them; empty for none.</param>
/// <param name="Probed">The examples that every probe meets.</param>
/// <param name="Unseen">The examples that threats outside the threat model are tried on; 0 for none.</param>
public sealed record Protocol(string Name, IReadOnlyList<string> Attacks, int Probed, int Unseen)
{
    /// <summary>Gets the examples evaluated where nothing else is asked for; null for the whole split.</summary>
    public int? Sample { get; private init; }

    /// <summary>Gets the probes.</summary>
    internal IReadOnlyList<ProbeSpec> Probes { get; private init; } = [];

    /// <summary>Gets whether the binarisation test is made, which is too dear for every evaluation.</summary>
    internal bool Binarises { get; private init; }

    /// <summary>Gets whether the examples are also certified where nothing else is asked for.</summary>
    public bool Certifies { get; private init; }

    /// <summary>Gets whether small networks are trained whose points are submitted to the model, where no others are named.</summary>
    public bool TrainsSurrogates { get; private init; }

    /// <summary>Gets whether a claim may rest on it.</summary>
    public bool CarriesClaims => Attacks.Count > 0;

    /// <summary>Gets all protocols, the shortest first.</summary>
    public static IReadOnlyList<Protocol> All { get; } =
    [
        new("quick", [], 256, 0) { Sample = 256, Probes = ProbeSpec.Quick },
        new("standard", ["autoattack"], 256, 256) { Probes = ProbeSpec.Standard, Certifies = true },
        new("full", ["autoattack-plus"], 512, 512)
        {
            Probes = ProbeSpec.Full,
            Binarises = true,
            Certifies = true,
            TrainsSurrogates = true,
        },
    ];

    /// <summary>The protocol of a recipe; null for none.</summary>
    /// <param name="kind">What the recipe asks for.</param>
    internal static Protocol? Of(ProtocolKind kind) =>
        kind == ProtocolKind.None
            ? null
            : All.Single(p => string.Equals(p.Name, kind.ToString(), StringComparison.OrdinalIgnoreCase));

    /// <summary>The examples to sample of a split of so many, where nothing else is asked for; null for all of them.</summary>
    /// <param name="total">The examples of the split.</param>
    public int? SampleOf(int total) => Sample < total ? Sample : null;

    /// <summary>Finds a protocol.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="UsageException">There is none of that name.</exception>
    public static Protocol Find(string name) =>
        All.FirstOrDefault(p => p.Name == name)
        ?? throw new UsageException(
            $"unknown protocol '{name}'{NearestName.Suggest(name, [.. All.Select(p => p.Name)])}; expected quick, standard or full."
        );
}
