using Temper.Attacks;
using Temper.Data;
using Temper.Models;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training;

/// <summary>Measures a model on a fixed set of validation examples, always with the same noise, so that epochs compare.</summary>
/// <param name="source">The validation examples.</param>
/// <param name="threat">The threat model at full budget, of any wrong class; in a union an example stands where it does under every member.</param>
/// <param name="attack">The attack that selection rests on.</param>
/// <param name="block">The physical block size.</param>
/// <param name="rng">The stream.</param>
public sealed class Validator(BatchSource source, ThreatModel threat, Pgd attack, int block, Rng rng)
{
    private readonly ThreatModel _threat = TrainingGoal.Untargeted(threat);
    private readonly Fgsm _fgsm = new(new Fgsm.Options());

    /// <summary>Gets what tells which examples provably keep their label; null for nothing.</summary>
    public Func<IClassifier, Batch, ThreatModel, Tensor>? Proof { get; init; }

    /// <summary>Measures clean, FGSM and PGD accuracy.</summary>
    /// <param name="model">The model; modes and weights come back unchanged.</param>
    /// <param name="cancellation">Observed between blocks.</param>
    public ValidationRecord Measure(IClassifier model, CancellationToken cancellation)
    {
        List<int> right = [];
        List<int> answers = [];
        foreach (
            var (indices, predictions, broken, _) in Blocks.Predict(
                model,
                source.Set,
                source.Indices,
                block,
                _threat.Goal,
                rng.Seed
            )
        )
        {
            right.AddRange(indices.Where((_, i) => !broken[i]));
            answers.AddRange(predictions);
        }
        var afterFgsm = Standing(_fgsm, model, right, cancellation);
        var afterPgd = Standing(attack, model, right, cancellation);
        return new(source.Count, right.Count, afterFgsm.Count, afterFgsm.Intersect(afterPgd).Count(), afterPgd.Count)
        {
            MostAnswered = Most(answers),
            MostFrequent = Most(source.Indices.Select(i => source.Set.Labels[i])),
            Proven = Proof is null ? null : CountProven(Proof, model),
        };
    }

    private int CountProven(Func<IClassifier, Batch, ThreatModel, Tensor> proof, IClassifier model)
    {
        var count = 0L;
        foreach (var batch in source.Batches(block))
        {
            using var proven = proof(model, batch, _threat);
            using var sum = proven.sum();
            count += sum.item<long>();
        }
        return (int)count;
    }

    private static int Most(IEnumerable<int> classes) => classes.CountBy(c => c).Max(c => c.Value);

    /// <summary>The examples left standing; in a union by the attack under each member.</summary>
    private HashSet<int> Standing(
        Attack probe,
        IClassifier model,
        IReadOnlyList<int> examples,
        CancellationToken cancellation
    )
    {
        var standing = new HashSet<int>(examples);
        foreach (var member in MemberSearch.Of(_threat))
        {
            var left = examples.Where(standing.Contains).ToArray();
            foreach (
                var (indices, result) in Blocks.Run(probe, 0, model, source.Set, left, member, rng, block, cancellation)
            )
            {
                using (result)
                {
                    standing.ExceptWith(indices.Where((_, i) => result.Broken[i]));
                }
            }
        }
        return standing;
    }
}
