using Temper.Errors;

namespace Temper.Certification.Smoothing;

/// <summary>How a classifier is smoothed and how sure its certificates are.</summary>
public sealed record SmoothingSettings
{
    /// <summary>The most noise vectors of one kind; each has a number of 32 bits of its own.</summary>
    public const int MostDraws = 100_000_000;

    private readonly double _sigma;
    private readonly double _alpha = 0.001;
    private readonly int _n0 = 100;
    private readonly int _n = 1000;

    /// <summary>Gets the standard deviation σ of the noise on every value, in input units, above 0.</summary>
    /// <exception cref="UsageException">It is not a positive number.</exception>
    public required double Sigma
    {
        get => _sigma;
        init =>
            _sigma = value is > 0 and <= 1e6
                ? value
                : throw new UsageException($"sigma: found {value}, expected more than 0, up to 1e6.");
    }

    /// <summary>Gets the noise vectors by which the class is selected.</summary>
    /// <exception cref="UsageException">It is out of range.</exception>
    public int N0
    {
        get => _n0;
        init => _n0 = Draws("n0", value);
    }

    /// <summary>Gets the other noise vectors, by which its probability is estimated.</summary>
    /// <exception cref="UsageException">It is out of range.</exception>
    public int N
    {
        get => _n;
        init => _n = Draws("n", value);
    }

    /// <summary>Gets the probability α, at most, with which a certificate is wrong; each by itself.</summary>
    /// <exception cref="UsageException">It is not between 0 and 1.</exception>
    public double Alpha
    {
        get => _alpha;
        init =>
            _alpha = value is > 0 and < 1
                ? value
                : throw new UsageException($"alpha: found {value}, expected more than 0 and less than 1.");
    }

    /// <summary>Gets the largest radius that so many noise vectors can prove: that of an example all of them agree on.</summary>
    public double LargestRadius => new SmoothedCertificate(0, N, this).Radius;

    private static int Draws(string name, int value) =>
        value is >= 1 and <= MostDraws
            ? value
            : throw new UsageException($"{name}: found {value}, expected 1 to {MostDraws}.");
}
