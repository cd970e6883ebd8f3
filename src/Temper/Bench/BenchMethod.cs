using Temper.Errors;
using Temper.Training;
using Temper.Training.Objectives;

namespace Temper.Bench;

/// <summary>What is done with a network.</summary>
/// <param name="Id">The name on the command line: <c>pgd-attack</c>, or that of a training method.</param>
/// <param name="Steps">The gradient steps of a training method's inner search; null where the network says how many.</param>
/// <param name="Objective">Makes the training method; null for an attack.</param>
internal sealed record BenchMethod(string Id, int? Steps, Func<Objective>? Objective)
{
    private const int InnerSteps = 7;

    /// <summary>Gets the attack.</summary>
    public static BenchMethod Attack { get; } = new("pgd-attack", null, null);

    /// <summary>Gets all methods.</summary>
    public static IReadOnlyList<BenchMethod> All { get; } =
    [
        Attack,
        new("natural", 0, () => new Natural()),
        new("fast", 1, () => new FastTraining(new())),
        new("pgd", InnerSteps, () => new PgdTraining(new() { Steps = InnerSteps })),
        new("n-fgsm", 1, () => new NFgsmTraining(new())),
    ];

    /// <summary>Gets the names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(m => m.Id)];

    /// <summary>The passes of one unit: an attack on a batch, or a training step.</summary>
    /// <param name="steps">The gradient steps.</param>
    public PassCount Passes(int steps) => Objective is null ? PassCount.Attack(steps) : PassCount.Training(steps);

    /// <summary>Finds a method.</summary>
    /// <exception cref="UsageException">There is none of that name.</exception>
    public static BenchMethod Find(string id) =>
        All.FirstOrDefault(m => m.Id == id)
        ?? throw new UsageException($"--methods: unknown method '{id}'{NearestName.Suggest(id, [.. Names])}.");
}
