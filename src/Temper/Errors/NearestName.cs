namespace Temper.Errors;

/// <summary>Finds the name that was probably meant.</summary>
internal static class NearestName
{
    private const int LongestName = 64;

    /// <summary>The valid name nearest to a name, or null when none is near; ties go to the first.</summary>
    /// <param name="name">The name as written; case and <c>_</c> for <c>-</c> do not count.</param>
    /// <param name="valid">The valid names.</param>
    public static string? Find(string name, IEnumerable<string> valid)
    {
        if (name.Length is 0 or > LongestName)
        {
            return null;
        }
        var wanted = Normal(name);
        string? best = null;
        string? begins = null;
        // One slip in a short name, one more for every three letters.
        var bound = 1 + (wanted.Length / 3);
        foreach (var candidate in valid)
        {
            var normal = Normal(candidate);
            if (Math.Abs(normal.Length - wanted.Length) < bound)
            {
                var distance = Distance(wanted, normal);
                // A distance of the whole name would suggest any other name of one or two letters.
                if (distance < bound && distance < Math.Max(wanted.Length, normal.Length))
                {
                    (best, bound) = (candidate, distance);
                }
            }
            if (wanted.Length >= 3 && normal.StartsWith(wanted, StringComparison.Ordinal))
            {
                begins ??= candidate;
            }
        }
        return best ?? begins;
    }

    /// <summary>The end of an error message: the nearest name where there is one, and all valid names.</summary>
    /// <param name="name">The name as written.</param>
    /// <param name="valid">The valid names, in the order to list them.</param>
    public static string Suggest(string name, IReadOnlyCollection<string> valid)
    {
        var nearest = Find(name, valid);
        var list = valid.Count == 0 ? "none are valid here" : "valid: " + string.Join(", ", valid);
        return nearest is null ? $"; {list}" : $"; did you mean '{nearest}'? {list}";
    }

    /// <summary>Damerau–Levenshtein distance, adjacent letters swapped at most once (optimal string alignment).</summary>
    public static int Distance(string left, string right)
    {
        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            rows[i, 0] = i;
        }
        for (var j = 0; j <= right.Length; j++)
        {
            rows[0, j] = j;
        }
        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var change = left[i - 1] == right[j - 1] ? 0 : 1;
                var best = Math.Min(rows[i - 1, j - 1] + change, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                var swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
                rows[i, j] = swapped ? Math.Min(best, rows[i - 2, j - 2] + 1) : best;
            }
        }
        return rows[left.Length, right.Length];
    }

    private static string Normal(string name) => name.ToLowerInvariant().Replace('_', '-');
}
