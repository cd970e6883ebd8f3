namespace Temper.Bench;

/// <summary>The median of few figures.</summary>
internal static class Medians
{
    /// <summary>The middle one, or the mean of the two in the middle.</summary>
    /// <param name="values">At least one.</param>
    public static double Of(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
