using static TorchSharp.torch;

namespace Temper.Training.Certified;

/// <summary>What keeps bounds tight and ReLUs balanced while the budget grows (Shi et al. 2021, section 4.4).</summary>
/// <remarks>
/// With τ = 0.5, as a mean over the ReLUs: max(0, τ − d₀/d)/τ for the mean radii d₀ of the inputs and d before the ReLU; and max(0, τ −
/// r)/τ for two ratios r of the units that are always on and always off, the smaller over the larger: of the sums of their middles'
/// magnitudes, and of their squared distances from the mean middle. Ratios that are not numbers, as where no unit is always off, are left
/// out, as in the authors' code.
/// </remarks>
internal static class Regularisers
{
    private const double Tolerance = 0.5;
    private const double Least = 1e-12;

    /// <summary>Their sum.</summary>
    /// <param name="pass">The pass of intervals.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Of(IntervalPass pass)
    {
        var first = pass.Of(0)!.Radius.mean();
        Enclosure[] relus = [.. pass.BeforeRelu];
        var sum = zeros(1, device: first.device).sum();
        foreach (var z in relus)
        {
            var units = z.Sums is { } sums ? Units.Of(sums, z.Middle.numel()) : Units.Of(z);
            sum += Missing(first / units.Radius.clamp_min(Least)).to(sum.dtype);
            if (Balance(units) is { } balance)
            {
                sum += balance.to(sum.dtype);
            }
        }
        return sum / Math.Max(1, relus.Length);
    }

    private static Tensor? Balance(Units z)
    {
        if (z.AreOneSided)
        {
            return null;
        }
        var found = Missing(Ratio(z.On, -z.Off)) + Missing(Ratio(z.OnSpread, z.OffSpread));
        return double.IsFinite(found.item<double>()) ? found : null;
    }

    private static Tensor Ratio(Tensor a, Tensor b) => minimum(a / b.clamp_min(Least), b / a.clamp_min(Least));

    private static Tensor Missing(Tensor share) => (Tolerance - share).relu() / Tolerance;
}
