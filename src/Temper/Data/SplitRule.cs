namespace Temper.Data;

/// <summary>Sets validation examples apart from training examples.</summary>
public static class SplitRule
{
    /// <summary>Validation is the first part of a permutation; both parts come back in ascending order.</summary>
    /// <param name="count">The number of training examples in the file.</param>
    /// <param name="validation">The number set apart.</param>
    /// <param name="permutation">A permutation of all of them, keyed by the seed.</param>
    /// <exception cref="ArgumentOutOfRangeException">Nothing is left to train on, or nothing is set apart.</exception>
    public static (int[] Train, int[] Validation) Split(int count, int validation, IReadOnlyList<int> permutation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(validation, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(validation, count);
        return ([.. permutation.Skip(validation).Order()], [.. permutation.Take(validation).Order()]);
    }
}
