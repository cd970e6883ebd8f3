using System.Diagnostics;
using System.Globalization;
using Temper.Data;
using Temper.Evaluation.Unseen.Corruptions;
using static TorchSharp.torch;

namespace Temper.Evaluation.Unseen;

/// <summary>The fifteen common corruptions at five severities.</summary>
internal static class CorruptionThreats
{
    /// <summary>The shortest side of images that corruptions, rotations and patches make sense for.</summary>
    public const int ShortestSide = Corruption.ShortestSide;

    /// <summary>Why such threats are left out for rows of a table and tiny images.</summary>
    public const string NeedsImages = "needs images with sides from 8";

    private const int Middle = 3;

    public static IReadOnlyList<UnseenThreat> Of(UnseenPlan plan)
    {
        var (model, set, box) = (plan.Evaluation.Model, plan.Evaluation.Set, plan.Evaluation.Threat.Box);
        if (Math.Min(set.Height, set.Width) < ShortestSide)
        {
            return [UnseenThreat.Not(UnseenRow.Corruption, "common corruptions", "1 to 5", NeedsImages)];
        }
        var rng = plan.Evaluation.Rng.Fork("unseen/corruption");
        return
        [
            .. Corruption.All.SelectMany(corruption =>
                Enumerable
                    .Range(1, Corruption.Severities)
                    .Select(severity => new UnseenThreat(
                        UnseenRow.Corruption,
                        corruption.Id,
                        severity.ToString(CultureInfo.InvariantCulture),
                        [
                            UnseenSteps.Looks(
                                model,
                                [
                                    (Func<Batch, Tensor>)(
                                        batch => corruption.Apply(batch.Inputs, batch.Indices, box, severity, rng)
                                    ),
                                ]
                            ),
                        ]
                    ))
            ),
        ];
    }

    /// <summary>How long each corruption takes for one example, in seconds, measured on the first; none for what cannot be corrupted.</summary>
    public static IReadOnlyDictionary<string, double> Times(UnseenPlan plan)
    {
        var (set, box) = (plan.Evaluation.Set, plan.Evaluation.Threat.Box);
        if (Math.Min(set.Height, set.Width) < ShortestSide)
        {
            return new Dictionary<string, double>();
        }
        using var batch = BatchSource.Gather(set, [plan.Indices()[0]]);
        return Corruption.All.ToDictionary(corruption => corruption.Id, Seconds);

        double Seconds(Corruption corruption)
        {
            var rng = plan.Evaluation.Rng.Fork("unseen/time");
            // The first time it is compiled as well.
            corruption.Apply(batch.Inputs, batch.Indices, box, Middle, rng).Dispose();
            var clock = Stopwatch.StartNew();
            corruption.Apply(batch.Inputs, batch.Indices, box, Middle, rng).Dispose();
            return clock.Elapsed.TotalSeconds;
        }
    }
}
