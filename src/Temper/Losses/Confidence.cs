using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Losses;

/// <summary>How sure a model says it is: the softmax probability of the class it predicts.</summary>
internal static class Confidence
{
    // Seven digits are what float32 scores carry; more would only lengthen the files.
    private const int Digits = 7;

    /// <summary>The largest softmax probability of each example, computed in float64; 0 where a score is not a number.</summary>
    /// <param name="logits">Scores, shape (N, classes), borrowed.</param>
    public static double[] Of(Tensor logits)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var scores = Tensors.ToArray<float>(logits);
        var found = new double[logits.shape[0]];
        var width = scores.Length / Math.Max(1, found.Length);
        for (var row = 0; row < found.Length; row++)
        {
            found[row] = Of(scores.AsSpan(row * width, width));
        }
        return found;
    }

    /// <summary>The largest softmax probability among some scores.</summary>
    public static double Of(ReadOnlySpan<float> scores)
    {
        var most = double.NegativeInfinity;
        foreach (var score in scores)
        {
            most = Math.Max(most, score);
        }
        if (double.IsNaN(most))
        {
            return 0;
        }
        var sum = 0.0;
        foreach (var score in scores)
        {
            // Equal scores share, infinite ones too: of these alone the difference is not a number.
            sum += score == most ? 1 : Math.Exp(score - most);
        }
        return Math.Round(1 / sum, Digits);
    }
}
