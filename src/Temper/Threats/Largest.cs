namespace Temper.Threats;

/// <summary>Chooses the largest of some numbers, in time that grows with their count.</summary>
internal static class Largest
{
    /// <summary>Marks the largest numbers; of equal ones the first.</summary>
    /// <param name="values">The numbers, none of them NaN; negative infinity is never marked.</param>
    /// <param name="count">How many to mark at most.</param>
    /// <returns>True for a marked one.</returns>
    public static bool[] Mark(ReadOnlySpan<double> values, long count)
    {
        var marked = new bool[values.Length];
        if (count <= 0)
        {
            return marked;
        }
        var threshold = count >= values.Length ? double.NegativeInfinity : Ranked(values.ToArray(), (int)count - 1);
        for (var i = 0; i < values.Length; i++)
        {
            marked[i] = values[i] > threshold;
            count -= marked[i] ? 1 : 0;
        }
        for (var i = 0; i < values.Length && count > 0 && threshold > double.NegativeInfinity; i++)
        {
            if (values[i] == threshold)
            {
                marked[i] = true;
                count--;
            }
        }
        return marked;
    }

    /// <summary>The number at a place of the descending order (Hoare 1961, find).</summary>
    private static double Ranked(double[] values, int place)
    {
        var (from, to) = (0, values.Length - 1);
        while (from < to)
        {
            var pivot = values[from + ((to - from) / 2)];
            var (i, j) = (from, to);
            while (i <= j)
            {
                while (values[i] > pivot)
                {
                    i++;
                }
                while (values[j] < pivot)
                {
                    j--;
                }
                if (i <= j)
                {
                    (values[i], values[j]) = (values[j], values[i]);
                    i++;
                    j--;
                }
            }
            if (place <= j)
            {
                to = j;
            }
            else if (place >= i)
            {
                from = i;
            }
            else
            {
                break;
            }
        }
        return values[place];
    }
}
