namespace Temper.Evaluation.Analysers;

/// <summary>Holds many tests to one level of error together.</summary>
/// <remarks>Holm 1979, A simple sequentially rejective multiple test procedure.</remarks>
internal static class Holm
{
    /// <summary>Which of the tests reject, so that with probability 1 − <paramref name="level"/> none of them does so falsely.</summary>
    /// <param name="p">The p-values.</param>
    /// <param name="level">The level of all tests together.</param>
    public static bool[] Rejects(IReadOnlyList<double> p, double level)
    {
        var rejects = new bool[p.Count];
        var order = Enumerable.Range(0, p.Count).OrderBy(i => p[i]).ThenBy(i => i);
        foreach (var (rank, i) in order.Index())
        {
            if (p[i] > level / (p.Count - rank))
            {
                break;
            }
            rejects[i] = true;
        }
        return rejects;
    }
}
