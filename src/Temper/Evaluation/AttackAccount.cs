using Temper.Runs;

namespace Temper.Evaluation;

/// <summary>What is told of one attack of an evaluation beside its attempts.</summary>
/// <param name="Seconds">The wall-clock time.</param>
/// <param name="Notices">What it did otherwise than asked, a sentence each.</param>
/// <param name="Surrogate">The passes through a surrogate, counted in examples; null where it used none.</param>
public sealed record AttackAccount(double Seconds, IReadOnlyList<string> Notices, ManifestPasses? Surrogate)
{
    /// <summary>Nothing yet.</summary>
    internal static AttackAccount Empty { get; } = new(0, [], null);

    /// <summary>The account with a finished block added.</summary>
    internal AttackAccount With(JournalLine line) =>
        new(
            Seconds + line.Seconds,
            [.. Notices.Union(line.Notices ?? [], StringComparer.Ordinal)],
            line.Surrogate is { } more
                ? new((Surrogate?.Forwards ?? 0) + more.Forwards, (Surrogate?.Backwards ?? 0) + more.Backwards)
                : Surrogate
        );
}
