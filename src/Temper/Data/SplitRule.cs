using Temper.Errors;

namespace Temper.Data;

/// <summary>Sets validation examples apart from training examples.</summary>
public static class SplitRule
{
    /// <summary>Validation is the first part of a permutation; both parts come back in ascending order.</summary>
    /// <param name="count">The number of training examples in the file.</param>
    /// <param name="validation">The number set apart, 1 to count − 1.</param>
    /// <param name="permutation">A permutation of 0 to count − 1, keyed by the seed.</param>
    /// <returns>Canonical indices; the parts are disjoint and together hold every example once.</returns>
    /// <exception cref="UsageException">
    /// Nothing is left to train on, nothing is set apart, or the permutation is not one.
    /// </exception>
    public static (int[] Train, int[] Validation) Split(int count, int validation, IReadOnlyList<int> permutation)
    {
        RequireRoom(count, validation);
        RequirePermutation(count, permutation);
        return ([.. permutation.Skip(validation).Order()], [.. permutation.Take(validation).Order()]);
    }

    /// <summary>The rule in words, for the manifest: who reads it can make the same split.</summary>
    /// <param name="count">The number of training examples in the file.</param>
    /// <param name="validation">The number set apart, 1 to count − 1.</param>
    /// <param name="permutation">Where the permutation comes from, such as <c>philox4x32-10/v1, seed 0, /split</c>.</param>
    /// <exception cref="UsageException">Nothing is left to train on, or nothing is set apart.</exception>
    public static string Describe(int count, int validation, string permutation)
    {
        RequireRoom(count, validation);
        return $"validation = the first {validation} of the permutation of {count} training examples ({permutation}), training = the other {count - validation}; both in canonical order";
    }

    private static void RequireRoom(int count, int validation)
    {
        if (validation < 1 || validation >= count)
        {
            throw new UsageException(
                $"validation: found {validation} of {count} training examples, expected 1 to {count - 1}: both parts need at least one."
            );
        }
    }

    // A repeated index would let training see what selection is judged by, without any other sign of it.
    private static void RequirePermutation(int count, IReadOnlyList<int> permutation)
    {
        var seen = new bool[count];
        var distinct = 0;
        foreach (var index in permutation)
        {
            if (index >= 0 && index < count && !seen[index])
            {
                seen[index] = true;
                distinct++;
            }
        }
        if (distinct != count || permutation.Count != count)
        {
            throw new UsageException(
                $"permutation: found {permutation.Count} indices, {distinct} of them distinct and within 0 to {count - 1}; expected each of {count} exactly once."
            );
        }
    }
}
