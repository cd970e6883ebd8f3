using System.Globalization;
using Temper.Attacks;
using Temper.Data;
using Temper.Errors;
using Temper.Evaluation;
using Temper.Models;
using Temper.Numerics;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Workflow;

/// <summary>Scores clean examples and stored points again, in padded blocks of the evaluation's own size.</summary>
/// <remarks>
/// The points lie in other blocks than those they were found in, and float32 sums depend on that. So where the verdict is another, the
/// row's scores decide: a difference of no more than <see cref="Hair"/> of the largest of them is accepted, and counted.
/// </remarks>
internal sealed class PointScoring(IClassifier model, ExampleSet set, ThreatModel threat, RunManifest manifest)
{
    /// <summary>The rounding of float32 sums over some thousand terms, as a share of the largest score.</summary>
    public const double Hair = 1e-5;

    private const double Slack = 1e-6;
    private readonly Dictionary<string, ThreatModel> _searched = Searched(manifest, threat);

    /// <summary>Holds the clean predictions against the ledger, in the blocks of the evaluation.</summary>
    public (IReadOnlyList<string> Problems, int Near) Clean(
        IReadOnlyList<LedgerRow> ledger,
        CancellationToken cancellation
    )
    {
        List<string> problems = [];
        var near = 0;
        foreach (var rows in ledger.Chunk(manifest.Block))
        {
            cancellation.ThrowIfCancellationRequested();
            int[] chunk = [.. rows.Select(r => (int)r.Index)];
            var (_, predictions, broken, _) = Blocks
                .Predict(model, set, chunk, manifest.Block, threat.Goal, manifest.Seed)
                .Single();
            float[]? scores = null;
            for (var i = 0; i < rows.Length; i++)
            {
                var row = rows[i];
                if (predictions[i] == row.CleanPrediction && broken[i] == (row.BrokenBy == LedgerRow.Clean))
                {
                    continue;
                }
                scores ??= CleanScores(chunk);
                var mine = scores.AsSpan(i * model.Classes, model.Classes);
                // The same prediction breaks the same examples, but where the label is within a hair of it.
                var isNear = predictions[i] != row.CleanPrediction || IsTop(mine, row.Label);
                if (isNear && IsTop(mine, row.CleanPrediction) && IsTop(mine, predictions[i]))
                {
                    near++;
                    continue;
                }
                problems.Add(
                    $"example {row.Index}: predicted {predictions[i]}, the ledger says {row.CleanPrediction}{(row.BrokenBy == LedgerRow.Clean ? ", broken" : "")}"
                );
            }
        }
        return (problems, near);
    }

    /// <summary>Holds stored points against the ledger: legal, reaching the goal, with its prediction and its distance.</summary>
    public (IReadOnlyList<string> Problems, int Near) Points(
        BrokenPoints points,
        IReadOnlyDictionary<long, LedgerRow> ledger,
        CancellationToken cancellation
    )
    {
        List<string> problems = [];
        var near = 0;
        foreach (var places in Enumerable.Range(0, points.Indices.Count).Chunk(manifest.Block))
        {
            cancellation.ThrowIfCancellationRequested();
            using var entered = model.Enter(Mode.Evaluate);
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            LedgerRow[] rows = [.. places.Select(p => ledger[points.Indices[p]])];
            var batch = Blocks.Fill(set, [.. rows.Select(r => (int)r.Index)], manifest.Block, model.Device);
            using var aim = Aim.Of(
                threat.Goal,
                batch,
                model.Classes,
                manifest.Seed,
                (0, 1),
                () => model.Logits(batch.Inputs)
            );
            var inputs = Load(points, places).to(model.Device);
            var logits = model.Logits(inputs);
            var reached = Tensors.ToArray<bool>(aim.Reached(logits));
            var scores = Tensors.ToArray<float>(logits);
            var predictions = Losses.Margin.Predictions(logits);
            var judged = rows.Select(r => _searched.GetValueOrDefault(r.BrokenBy!, threat)).Distinct();
            var seen = judged.ToDictionary(
                t => t,
                t =>
                    (t.Contains(inputs, batch.Inputs, Slack), Tensors.ToArray<double>(t.Distance(inputs, batch.Inputs)))
            );
            for (var i = 0; i < rows.Length; i++)
            {
                var row = rows[i];
                var (legal, distances) = seen[_searched.GetValueOrDefault(row.BrokenBy!, threat)];
                var mine = scores.AsSpan(i * model.Classes, model.Classes);
                var hair = IsNear(mine, aim.MarginOf(mine, i));
                var isClass = predictions[i] == row.AdversarialPrediction;
                var problem =
                    !legal[i] ? $"its point is outside of {threat.Text}"
                    : !reached[i] && !hair ? $"its point does not break it (predicted {predictions[i]})"
                    : !isClass && !IsTop(mine, row.AdversarialPrediction ?? -1)
                        ? $"predicted {predictions[i]} at its point, the ledger says {row.AdversarialPrediction}"
                    : !(Math.Abs(distances[i] - (row.Distance ?? double.NaN)) <= Slack * Math.Max(1, distances[i]))
                        ? string.Create(
                            CultureInfo.InvariantCulture,
                            $"its point is {distances[i]} away, the ledger says {row.Distance}"
                        )
                    : null;
                near += problem is null && (!reached[i] || !isClass) ? 1 : 0;
                if (problem is not null)
                {
                    problems.Add($"example {row.Index}: {problem}");
                }
            }
        }
        return (problems, near);
    }

    /// <summary>The threat that each attack searched under, where it is a member of the union.</summary>
    private static Dictionary<string, ThreatModel> Searched(RunManifest manifest, ThreatModel threat)
    {
        Dictionary<string, ThreatModel> searched = new(StringComparer.Ordinal);
        if (threat is UnionThreat union)
        {
            foreach (
                var attack in manifest.Attacks.Concat(manifest.Probes?.Attacks ?? []).Where(a => a.Threat is not null)
            )
            {
                searched[attack.Name] =
                    union.Members.FirstOrDefault(m => m.Text == attack.Threat)
                    ?? throw new DataException(
                        $"{RunFolder.Manifest}: attacks: '{attack.Name}' searched under '{attack.Threat}', expected a member of {threat.Text}."
                    );
            }
        }
        return searched;
    }

    private float[] CleanScores(int[] chunk)
    {
        using var entered = model.Enter(Mode.Evaluate);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return Tensors.ToArray<float>(model.Logits(Blocks.Fill(set, chunk, manifest.Block, model.Device).Inputs));
    }

    /// <summary>The points of a block, the last repeated until it is full.</summary>
    private Tensor Load(BrokenPoints points, int[] places)
    {
        var inputs = empty([manifest.Block, set.Channels, set.Height, set.Width], dtype: ScalarType.Float32);
        var values = Tensors.Floats(inputs);
        for (var row = 0; row < manifest.Block; row++)
        {
            points
                .Point(places[Math.Min(row, places.Length - 1)])
                .CopyTo(values.Slice(row * set.ValuesPerExample, set.ValuesPerExample));
        }
        return inputs;
    }

    private static bool IsTop(ReadOnlySpan<float> scores, int place)
    {
        if (place < 0 || place >= scores.Length)
        {
            return false;
        }
        var most = float.NegativeInfinity;
        foreach (var score in scores)
        {
            most = MathF.Max(most, score);
        }
        return IsNear(scores, scores[place] - most);
    }

    private static bool IsNear(ReadOnlySpan<float> scores, float margin)
    {
        var largest = 0f;
        foreach (var score in scores)
        {
            largest = MathF.Max(largest, MathF.Abs(score));
        }
        return Math.Abs(margin) <= Hair * largest;
    }
}
