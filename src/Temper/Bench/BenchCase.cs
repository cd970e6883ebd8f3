namespace Temper.Bench;

/// <summary>One row to measure.</summary>
/// <param name="Network">The network.</param>
/// <param name="Method">What is done with it.</param>
/// <param name="Batch">The batch size.</param>
internal sealed record BenchCase(BenchNetwork Network, BenchMethod Method, int Batch)
{
    private const double FlopsPerRun = 16e9;
    private const int MostRepeats = 40;

    /// <summary>Gets the gradient steps of the attack or of the inner search.</summary>
    public int Steps => Method.Steps ?? Network.AttackSteps;

    /// <summary>Gets the passes of one unit.</summary>
    public PassCount Passes => Method.Passes(Steps);

    /// <summary>Gets the floating point operations of one unit.</summary>
    public double Flops { get; } = FlopsOf(Network, Method, Batch);

    /// <summary>Gets the units of one run: one attack, or as many training steps as make a time worth measuring.</summary>
    public int Repeats { get; init; } =
        Method.Objective is null
            ? 1
            : (int)Math.Clamp(Math.Round(FlopsPerRun / FlopsOf(Network, Method, Batch)), 1, MostRepeats);

    /// <summary>Gets the row in words.</summary>
    public string Title =>
        Method.Objective is null
            ? $"{Network.Id}, PGD-{Steps}, batch {Batch}"
            : $"{Network.Id}, {Method.Id} training step, batch {Batch}";

    /// <summary>The rows of networks and methods.</summary>
    /// <param name="networks">The networks' names; null for all.</param>
    /// <param name="methods">The methods' names; null for all.</param>
    /// <param name="batch">The batch size; null for each network's own.</param>
    /// <exception cref="Errors.UsageException">A name is unknown.</exception>
    public static IReadOnlyList<BenchCase> Of(
        IReadOnlyList<string>? networks,
        IReadOnlyList<string>? methods,
        int? batch
    ) =>
        [
            .. from network in (networks ?? BenchNetwork.Names).Distinct().Select(BenchNetwork.Find).ToList()
            from method in (methods ?? BenchMethod.Names).Distinct().Select(BenchMethod.Find)
            from size in Sizes(network, method, batch)
            select new BenchCase(network, method, size),
        ];

    private static double FlopsOf(BenchNetwork network, BenchMethod method, int batch) =>
        batch
        * GraphFlops
            .Of(network.Make().Describe(network.Input, BenchNetwork.Classes))
            .Of(method.Passes(method.Steps ?? network.AttackSteps));

    private static IReadOnlyList<int> Sizes(BenchNetwork network, BenchMethod method, int? batch)
    {
        if (batch is { } given)
        {
            return [given];
        }
        return method.Objective is null ? network.AttackBatches : [network.TrainBatch];
    }
}
