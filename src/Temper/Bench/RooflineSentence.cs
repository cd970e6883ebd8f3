namespace Temper.Bench;

/// <summary>Says where the time of a row goes, from the times of its operators alone.</summary>
internal static class RooflineSentence
{
    /// <summary>Below this share of the machine's matrix product a row needs an explanation.</summary>
    public const double Low = 0.3;

    private const double Notable = 0.1;
    private const int FewChannels = 32;
    private const int SmallBatch = 16;

    /// <summary>The sentence of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="layers">The operators of its network at its batch size; at least one.</param>
    /// <returns>Null where the row is not low.</returns>
    public static string? Of(BenchRow row, IReadOnlyList<LayerRow> layers)
    {
        if (row.PeakShare >= Low)
        {
            return null;
        }
        var total = layers.Sum(l => l.Seconds());
        var parts = layers.OrderByDescending(l => l.Seconds()).Take(2).Select(l => Part(l, total)).ToList();
        var without = layers.Where(l => l.PeakShare is null).Sum(l => l.Seconds()) / total;
        if (without > Notable)
        {
            parts.Add($"operators without products take {without:P0}");
        }
        if (row.Batch <= SmallBatch)
        {
            parts.Add($"the batch of {row.Batch} is small");
        }
        // The gradient for the weights costs about as much as that for the input, and a pass back to them needs both.
        var gradients = row.InputGradients + (2 * row.WeightGradients);
        var inside =
            (row.Forwards * layers.Sum(l => l.ForwardSeconds)) + (gradients * layers.Sum(l => l.GradientSeconds));
        var outside = 1 - (inside / row.TemperSeconds);
        if (outside > Notable)
        {
            parts.Add($"{outside:P0} of the time measured lies outside the operators");
        }
        return $"Of a plain forward pass and input gradient {string.Join("; ", parts)}.";
    }

    private static string Part(LayerRow layer, double total)
    {
        var share = $"{layer.Operator} '{layer.Name}' takes {layer.Seconds() / total:P0}";
        if (layer.PeakShare is not { } peak || layer.Weights is not { } weights)
        {
            return $"{share}, without products";
        }
        var few = weights[0] < FewChannels || weights[1] < FewChannels ? "few channels, " : "";
        return $"{share} at {peak:P0} of the peak ({few}weights {string.Join('×', weights)})";
    }
}
