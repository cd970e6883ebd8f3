namespace Temper.Evaluation.Unseen;

/// <summary>One threat of the matrix, of one size: steps, each for the examples that stood those before.</summary>
/// <param name="Family">The family of its row.</param>
/// <param name="Name">The name in its row.</param>
/// <param name="Setting">The size in its row.</param>
/// <param name="Steps">What is tried.</param>
internal sealed record UnseenThreat(string Family, string Name, string Setting, IReadOnlyList<UnseenStep> Steps)
{
    /// <summary>Gets why it is not measured; null where it is.</summary>
    public string? LeftOut { get; init; }

    /// <summary>Gets the threats whose points are among this one's: what fell to them has fallen to it.</summary>
    public IReadOnlyList<UnseenThreat> Within { get; init; } = [];

    /// <summary>Gets examples that are known to have fallen, by canonical index.</summary>
    public IReadOnlySet<long> Known { get; init; } = new HashSet<long>();

    /// <summary>Gets the name of its blocks in the journal.</summary>
    public string Id => $"{Family} {Name} {Setting}";

    /// <summary>Gets the stage that progress is told of.</summary>
    public string Stage => $"unseen: {Name} {Setting}".TrimEnd();

    /// <summary>Gets whether the clean input is among its points, so that a clean error is one here.</summary>
    public bool HoldsClean => Family != UnseenRow.Corruption;

    /// <summary>One that cannot be measured here.</summary>
    public static UnseenThreat Not(string family, string name, string setting, string why) =>
        new(family, name, setting, []) { LeftOut = why };
}
