namespace Temper.Evaluation.Metrics;

/// <summary>Whether a model is right as often as it is sure to be.</summary>
/// <param name="N">Examples with a confidence.</param>
/// <param name="Correct">Those whose prediction is right.</param>
/// <param name="Ece">The expected calibration error, 0 to 1.</param>
/// <param name="Confidence">The mean confidence.</param>
/// <param name="WrongConfidence">The mean confidence of wrong answers; null where none is wrong.</param>
/// <remarks>
/// Guo, Pleiss, Sun and Weinberger 2017, On Calibration of Modern Neural Networks: fifteen bins of equal width, the mean over
/// examples of |accuracy − confidence| of their bin. Of few examples it comes out too large, since every bin's difference is taken
/// without its sign.
/// </remarks>
internal sealed record Calibration(int N, int Correct, double Ece, double Confidence, double? WrongConfidence)
{
    /// <summary>The number of bins.</summary>
    public const int Bins = 15;

    /// <summary>The clean predictions; null where the ledger holds no confidences.</summary>
    public static Calibration? Clean(Evidence evidence) =>
        Of(
            evidence
                .Ledger.Where(r => r.CleanConfidence is not null)
                .Select(r => (r.CleanConfidence!.Value, r.CleanPrediction == r.Label && !IsCleanError(evidence, r)))
        );

    /// <summary>
    /// The predictions under attack: at the breaking point; of an example that stands, at the last attack's point; of a clean error,
    /// at the clean one. Null where an attack aims at a class, or the ledger holds no confidences.
    /// </summary>
    public static Calibration? Attacked(Evidence evidence)
    {
        if (evidence.Goal.IsTargeted || evidence.Ledger.All(r => r.AdversarialConfidence is null))
        {
            return null;
        }
        return Of(
            evidence
                .Ledger.Select(r =>
                    (Confidence: r.BrokenBy == LedgerRow.Clean ? r.CleanConfidence : r.AdversarialConfidence, Row: r)
                )
                .Where(p => p.Confidence is not null)
                .Select(p => (p.Confidence!.Value, p.Row.BrokenBy is null))
        );
    }

    /// <summary>Counts predictions by their confidence; null for none.</summary>
    internal static Calibration? Of(IEnumerable<(double Confidence, bool Right)> predictions)
    {
        var (count, right, sum) = (new int[Bins], new int[Bins], new double[Bins]);
        var (wrong, wrongSum) = (0, 0.0);
        foreach (var (confidence, isRight) in predictions)
        {
            // Bins are open on the left and closed on the right, as in the paper.
            var bin = Math.Clamp((int)Math.Ceiling(confidence * Bins) - 1, 0, Bins - 1);
            count[bin]++;
            sum[bin] += confidence;
            right[bin] += isRight ? 1 : 0;
            wrong += isRight ? 0 : 1;
            wrongSum += isRight ? 0 : confidence;
        }
        var n = count.Sum();
        return n == 0
            ? null
            : new(
                n,
                right.Sum(),
                Enumerable.Range(0, Bins).Sum(b => Math.Abs(right[b] - sum[b])) / n,
                sum.Sum() / n,
                wrong == 0 ? null : wrongSum / wrong
            );
    }

    /// <summary>A tie for first place is an error, whichever class is then named.</summary>
    private static bool IsCleanError(Evidence evidence, LedgerRow row) =>
        !evidence.Goal.IsTargeted && row.BrokenBy == LedgerRow.Clean;
}
