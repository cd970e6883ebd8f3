namespace Temper.Tests.Training.Contract;

/// <summary>A linear network in float64 and the formulas of the papers, written without tensors.</summary>
/// <param name="weights">Row per class.</param>
/// <param name="bias">One per class.</param>
internal sealed class Exact(double[][] weights, double[] bias)
{
    public double[][] Weights => weights;

    public double[] Scores(double[] x) => [.. weights.Select((w, k) => bias[k] + w.Zip(x, (a, b) => a * b).Sum())];

    public double[] Probabilities(double[] x)
    {
        var scores = Scores(x);
        var largest = scores.Max();
        var powers = scores.Select(z => Math.Exp(z - largest)).ToArray();
        return [.. powers.Select(p => p / powers.Sum())];
    }

    /// <summary>Mean of −log p_y.</summary>
    public double CrossEntropy(double[][] x, long[] y) =>
        x.Select((row, i) => -Math.Log(Probabilities(row)[y[i]])).Average();

    /// <summary>The gradient of −log p_y with respect to the input: Wᵀ(p − y).</summary>
    public double[] InputGradient(double[] x, long y)
    {
        var p = Probabilities(x);
        p[y] -= 1;
        return [.. x.Select((_, j) => weights.Select((w, k) => w[j] * p[k]).Sum())];
    }

    public static double Divergence(double[] p, double[] q) => p.Zip(q, (a, b) => a * Math.Log(a / b)).Sum();

    public static double Square(double[] a, double[] b) => a.Zip(b, (u, v) => (u - v) * (u - v)).Sum();

    public static double Cosine(double[] a, double[] b) =>
        a.Zip(b, (u, v) => u * v).Sum() / Math.Sqrt(a.Sum(u => u * u) * b.Sum(v => v * v));

    /// <summary>The sum of singular values of a matrix of two rows: √(tr + 2 √det) of its Gram matrix.</summary>
    public static double Nuclear(double[] first, double[] second)
    {
        var (a, b) = (first.Sum(v => v * v), second.Sum(v => v * v));
        var c = first.Zip(second, (u, v) => u * v).Sum();
        return Math.Sqrt(a + b + (2 * Math.Sqrt((a * b) - (c * c))));
    }

    /// <summary>Central differences of a formula with respect to every weight.</summary>
    public double[] Slope(Func<Exact, double> formula)
    {
        const double Step = 1e-5;
        var flat = weights.SelectMany(w => w).ToArray();
        var width = weights[0].Length;
        return [.. flat.Select((_, i) => (Moved(i, Step) - Moved(i, -Step)) / (2 * Step))];

        double Moved(int at, double by)
        {
            var other = weights.Select(w => w.ToArray()).ToArray();
            other[at / width][at % width] += by;
            return formula(new(other, bias));
        }
    }
}
