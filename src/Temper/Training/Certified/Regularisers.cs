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
        if (relus.Length == 0)
        {
            return zeros_like(first);
        }
        var units = Units.Of(relus);
        var tightness = Missing(first / units.Radius.clamp_min(Least));
        var balance = Missing(Ratio(units.On, -units.Off)) + Missing(Ratio(units.OnSpread, units.OffSpread));
        return (tightness + where(units.AreBoth, balance, zeros_like(balance))).mean().to(first.dtype);
    }

    private static Tensor Ratio(Tensor a, Tensor b) => minimum(a / b.clamp_min(Least), b / a.clamp_min(Least));

    private static Tensor Missing(Tensor share) => (Tolerance - share).relu() / Tolerance;
}
