using Temper.Data;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>Runs over examples in blocks of one fixed physical size, so that the arithmetic of an example does not depend on how many others stand.</summary>
/// <remarks>The last block is filled up by repeating its last example; the repeats are not counted and not returned.</remarks>
internal static class Blocks
{
    /// <summary>Clean predictions, and which examples are broken by nothing but them, in the order of the indices.</summary>
    /// <remarks>
    /// Under a targeted goal only clean errors that reach it are broken. The prediction then says alone whether the model is right:
    /// where the label ties with another class for first place, it is the other.
    /// </remarks>
    public static IEnumerable<(int[] Indices, int[] Predictions, bool[] Broken, double[] Confidences)> Predict(
        IClassifier model,
        ExampleSet set,
        IReadOnlyList<int> indices,
        int block,
        Goal goal,
        ulong seed
    )
    {
        foreach (var chunk in Chunks(indices, block))
        {
            int[] predictions;
            bool[] broken;
            double[] confidences;
            using (model.Enter(Mode.Evaluate))
            using (NewDisposeScope())
            using (no_grad())
            {
                var batch = Fill(set, chunk, block, model.Device);
                var logits = model.Logits(batch.Inputs);
                predictions = Margin.Predictions(logits);
                confidences = Confidence.Of(logits);
                using var aim = Aim.Of(goal, batch, model.Classes, seed, (0, 1), () => logits);
                broken = Tensors.ToArray<bool>(aim.Reached(logits));
                if (goal.IsTargeted)
                {
                    var labels = Tensors.ToArray<long>(batch.Labels);
                    var wrong = Tensors.ToArray<bool>(Margin.Wrong(logits, batch.Labels));
                    var others = TargetClasses.Of(logits, batch.Labels, 0);
                    var highest = Tensors.ToArray<long>(others);
                    for (var row = 0; row < labels.Length; row++)
                    {
                        broken[row] &= !goal.Spares(labels[row]);
                        if (wrong[row] && predictions[row] == labels[row])
                        {
                            predictions[row] = (int)highest[row];
                        }
                    }
                }
            }
            var count = chunk.Length;
            yield return (chunk, predictions[..count], broken[..count], confidences[..count]);
        }
    }

    /// <summary>One restart of an attack, block by block; each result's first rows are the block's examples, the caller disposes it.</summary>
    public static IEnumerable<(int[] Indices, AttackResult Result)> Run(
        Attack attack,
        int restart,
        IClassifier model,
        ExampleSet set,
        IReadOnlyList<int> standing,
        ThreatModel threat,
        Rng rng,
        int block,
        CancellationToken cancellation
    )
    {
        foreach (var chunk in Chunks(standing, block))
        {
            cancellation.ThrowIfCancellationRequested();
            using var batch = Fill(set, chunk, block, model.Device);
            yield return (chunk, attack.RunRestart(model, batch, threat, rng, restart, cancellation));
        }
    }

    private static IEnumerable<int[]> Chunks(IReadOnlyList<int> indices, int block) => indices.Chunk(block);

    /// <summary>A block's examples, filled up to its physical size; the caller disposes it.</summary>
    public static Batch Fill(ExampleSet set, int[] chunk, int block, Device device)
    {
        var filled = new int[block];
        for (var i = 0; i < block; i++)
        {
            filled[i] = chunk[Math.Min(i, chunk.Length - 1)];
        }
        return BatchSource.Gather(set, filled, device);
    }
}
