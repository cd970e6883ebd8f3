using static TorchSharp.torch;

namespace Temper.Evaluation.Health;

/// <summary>Asks equal questions in different ways; the answers should be equal.</summary>
internal static class SamenessMeasure
{
    /// <summary>How often the same batch is asked.</summary>
    public const int Repeats = 5;

    /// <summary>How many examples are asked alone at most.</summary>
    public const int MostAlone = 32;

    /// <summary>Asks the same batch again and again.</summary>
    /// <param name="subject">The model and its examples.</param>
    public static RandomnessHealth Randomness(HealthSubject subject)
    {
        var difference = new ScoreDifference(subject.Scores);
        int[] all = All(subject);
        for (var repeat = 1; repeat < Repeats; repeat++)
        {
            difference.See(subject.Ask(subject.Batch.Inputs), all);
        }
        return new(all.Length, Repeats, difference.Max, difference.Changed);
    }

    /// <summary>Asks in another order among other companions, and some examples alone.</summary>
    /// <param name="subject">The model and its examples.</param>
    public static BatchHealth Companions(HealthSubject subject)
    {
        var difference = new ScoreDifference(subject.Scores);
        int[] all = All(subject);
        // Every second one backwards: two smaller batches, in which nobody stands where it stood.
        foreach (var part in all.Reverse().GroupBy(row => row % 2))
        {
            See(subject, difference, [.. part]);
        }
        var alone = Math.Min(MostAlone, all.Length);
        foreach (var row in all[..alone])
        {
            See(subject, difference, [row]);
        }
        return new(all.Length, alone, difference.Max, difference.Changed);
    }

    /// <summary>Asks with gradients switched on.</summary>
    /// <param name="subject">The model and its examples.</param>
    public static GradientModeHealth WithGradients(HealthSubject subject)
    {
        using var scope = NewDisposeScope();
        using var withGrad = enable_grad();
        var difference = new ScoreDifference(subject.Scores);
        var leaf = subject.Batch.Inputs.detach().requires_grad_();
        var logits = subject.Model.Logits(leaf);
        difference.See(new(Numerics.Tensors.ToArray<float>(logits), subject.Model.Classes), All(subject));
        return new(subject.Batch.Count, difference.Max, difference.Changed);
    }

    private static void See(HealthSubject subject, ScoreDifference difference, int[] rows)
    {
        using var part = subject.Batch.Select(rows);
        difference.See(subject.Ask(part.Inputs), rows);
    }

    private static int[] All(HealthSubject subject) => [.. Enumerable.Range(0, subject.Batch.Count)];
}
