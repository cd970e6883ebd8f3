namespace Temper.Evaluation.Health;

/// <summary>How far answers are from those that were given first, in units of each example's own scores.</summary>
internal sealed class ScoreDifference
{
    // Where scores are large and near to each other, or one example's are all alike, the last bits of float32 are no difference.
    private const double Floor = 1.0 / 128;

    private readonly ScoreRows _first;
    private readonly double[] _scales;
    private readonly HashSet<int> _changed = [];

    /// <summary>Takes the answers that others are held against.</summary>
    /// <param name="first">The answers.</param>
    public ScoreDifference(ScoreRows first)
    {
        _first = first;
        var spreads = Enumerable.Range(0, first.Count).Select(row => Spread(first.Row(row))).ToArray();
        var finite = spreads.Where(double.IsFinite).Order().ToArray();
        var median = finite.Length == 0 ? 0 : finite[finite.Length / 2];
        _scales = [.. spreads.Select((s, row) => Math.Max(s, Floor * Math.Max(median, Highest(first.Row(row)))))];
    }

    /// <summary>Gets the largest difference so far; 1 where one answer is finite and the other is not.</summary>
    public double Max { get; private set; }

    /// <summary>Gets how many examples were given another class at least once.</summary>
    public int Changed => _changed.Count;

    /// <summary>Holds answers against the first ones.</summary>
    /// <param name="answers">The answers.</param>
    /// <param name="rows">Which examples they are about.</param>
    public void See(ScoreRows answers, IReadOnlyList<int> rows)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            Max = Math.Max(Max, Difference(answers.Row(i), rows[i]));
            if (answers.Prediction(i) != _first.Prediction(rows[i]))
            {
                _changed.Add(rows[i]);
            }
        }
    }

    private double Difference(ReadOnlySpan<float> answer, int row)
    {
        var first = _first.Row(row);
        var squares = 0.0;
        for (var k = 0; k < first.Length; k++)
        {
            // Equal also where both are infinite, or not numbers.
            var difference = first[k].Equals(answer[k]) ? 0 : (double)answer[k] - first[k];
            squares += difference * difference;
        }
        return squares == 0 ? 0
            : double.IsFinite(squares) && _scales[row] > 0 ? Math.Sqrt(squares) / _scales[row]
            : 1;
    }

    private static double Spread(ReadOnlySpan<float> scores)
    {
        var (mean, squares) = (0.0, 0.0);
        foreach (var score in scores)
        {
            mean += (double)score / scores.Length;
        }
        foreach (var score in scores)
        {
            squares += (score - mean) * (score - mean);
        }
        return Math.Sqrt(squares);
    }

    private static double Highest(ReadOnlySpan<float> scores)
    {
        var highest = 0.0;
        foreach (var score in scores)
        {
            highest = Math.Max(highest, Math.Abs((double)score));
        }
        return highest;
    }
}
