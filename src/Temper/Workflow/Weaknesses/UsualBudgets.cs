using Temper.Threats;

namespace Temper.Workflow.Weaknesses;

/// <summary>The budgets under which papers give figures, by data set and norm.</summary>
/// <remarks>
/// Madry et al. 2018 and RobustBench (L∞ on MNIST and CIFAR-10, L2 on CIFAR-10); Maini et al. 2020 and Croce and Hein 2022 (L2 and L1);
/// Croce and Hein 2020, Provable robustness against all adversarial lp-perturbations (Fashion-MNIST).
/// </remarks>
internal static class UsualBudgets
{
    private static readonly (string Data, string Norm, double Least, double Most, string Usual)[] Known =
    [
        ("mnist", "linf", 0.1, 0.4, "0.3"),
        ("mnist", "l2", 1, 3, "2"),
        ("mnist", "l1", 5, 20, "10"),
        ("fashion-mnist", "linf", 0.03, 0.2, "0.1"),
        ("cifar10", "linf", 2 / 255.0, 16 / 255.0, "8/255"),
        ("cifar10", "l2", 0.25, 1, "0.5"),
        ("cifar10", "l1", 6, 20, "12"),
    ];

    /// <summary>What papers say of the norm on the data; null where the budget is among theirs, or they say nothing.</summary>
    /// <param name="data">The data set's name.</param>
    /// <param name="threat">The threat, of one norm.</param>
    public static string? Other(string data, ThreatModel threat)
    {
        foreach (var (name, norm, least, most, usual) in Known)
        {
            var isOutside = threat.Epsilon.Value < least * 0.999 || threat.Epsilon.Value > most * 1.001;
            if (name == data && norm == threat.Norm && isOutside)
            {
                return $"{norm}:{usual}";
            }
        }
        return null;
    }
}
