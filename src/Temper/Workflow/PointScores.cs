namespace Temper.Workflow;

/// <summary>What a point is worth by itself: whether it is legal to the last bit, and its scores in both arithmetics.</summary>
/// <param name="Label">The class of its example.</param>
/// <param name="IsLegal">Whether it lies inside ball and box, without any slack.</param>
/// <param name="Narrow">The scores of the model, float32.</param>
/// <param name="Wide">The scores of the same network in float64; null where its operators are not known.</param>
internal sealed record PointScores(int Label, bool IsLegal, float[] Narrow, double[]? Wide)
{
    // Ten times what float32 sums over some thousand terms lose, since layers add up.
    private const double Rounding = 1e-4;

    /// <summary>Gets the score of the class less the highest other, float32; NaN where a score is none.</summary>
    public double NarrowMargin => Margin([.. Narrow.Select(s => (double)s)], Label);

    /// <summary>Gets the same in float64; null where there are no such scores.</summary>
    public double? WideMargin => Wide is null ? null : Margin(Wide, Label);

    /// <summary>Gets whether the point breaks its example: legal, and wrong in both arithmetics.</summary>
    public bool Holds => IsLegal && !(NarrowMargin > 0) && (WideMargin is not { } margin || !(margin > 0));

    /// <summary>
    /// Gets whether a certificate of the example cannot stand beside it: the point is wrong in float64 too, or the network in float32 is
    /// farther from that in float64 than its rounding explains. A flip by that rounding contradicts nothing that was proved.
    /// </summary>
    public bool Contradicts => IsLegal && !(WideMargin > 0 && IsRounding);

    private bool IsRounding => Math.Abs(NarrowMargin - WideMargin!.Value) <= Rounding * Wide!.Max(Math.Abs);

    private static double Margin(double[] scores, int label)
    {
        // Math.Min hands a NaN on.
        var least = double.PositiveInfinity;
        for (var k = 0; k < scores.Length; k++)
        {
            least = k == label ? least : Math.Min(least, scores[label] - scores[k]);
        }
        return least;
    }
}
