namespace Temper.Evaluation.Health;

/// <summary>The scores of some examples, row by row.</summary>
/// <param name="values">Row-major, examples by classes.</param>
/// <param name="classes">The number of classes.</param>
internal sealed class ScoreRows(float[] values, int classes)
{
    /// <summary>Gets the number of examples.</summary>
    public int Count => values.Length / classes;

    /// <summary>The scores of one example.</summary>
    /// <param name="row">Its row.</param>
    public ReadOnlySpan<float> Row(int row) => values.AsSpan(row * classes, classes);

    /// <summary>The class predicted for one example; −1 where a score is not a number.</summary>
    /// <param name="row">Its row.</param>
    public int Prediction(int row)
    {
        var scores = Row(row);
        var best = 0;
        for (var k = 0; k < scores.Length; k++)
        {
            if (float.IsNaN(scores[k]))
            {
                return -1;
            }
            best = scores[k] > scores[best] ? k : best;
        }
        return best;
    }
}
