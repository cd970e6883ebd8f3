using Temper.Attacks;
using Temper.Data;
using Temper.Models;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Evaluation.Unseen;

/// <summary>The kinds of steps that unseen threats are made of.</summary>
internal static class UnseenSteps
{
    /// <summary>One round of an attack under a threat model.</summary>
    public static UnseenStep Attack(Attack attack, ThreatModel threat, IClassifier model, Rng rng) =>
        new(
            attack.Id,
            attack.Ceiling(model.Classes) ?? default,
            (batch, cancellation) =>
            {
                using var result = attack.RunRestart(model, batch, threat, rng, 0, cancellation);
                return new(result.Predictions, result.Broken, result.Forwards, result.Gradients);
            }
        );

    /// <summary>Changed inputs, several for each example, each looked at once; wrong at one is wrong.</summary>
    public static UnseenStep Looks(IClassifier model, IReadOnlyList<Func<Batch, Tensor>> changes) =>
        new("", new(changes.Count, 0), (batch, cancellation) => Look(model, changes, batch, cancellation));

    private static UnseenTrial Look(
        IClassifier model,
        IReadOnlyList<Func<Batch, Tensor>> changes,
        Batch batch,
        CancellationToken cancellation
    )
    {
        var (predictions, wrong) = (new int[batch.Count], new bool[batch.Count]);
        foreach (var change in changes)
        {
            cancellation.ThrowIfCancellationRequested();
            using var changed = change(batch);
            var (answers, mistaken) = ShortCascade.Judge(model, changed, batch.Labels);
            for (var row = 0; row < wrong.Length; row++)
            {
                predictions[row] = wrong[row] ? predictions[row] : answers[row];
                wrong[row] |= mistaken[row];
            }
        }
        var forwards = new long[batch.Count];
        Array.Fill(forwards, changes.Count);
        return new(predictions, wrong, forwards, new long[batch.Count]);
    }
}
