using MathNet.Numerics.Distributions;
using Temper.Evaluation;

namespace Temper.Certification.Smoothing;

/// <summary>What was found of the smoothed classifier at one input: its class within a radius, or an abstention.</summary>
/// <param name="Selected">The class selected by the first noise; −1 where no score was a number.</param>
/// <param name="Count">How many of the N other noise vectors gave that class.</param>
/// <param name="Settings">σ, N0, N and α.</param>
/// <remarks>
/// Cohen et al. 2019, theorem 1 and algorithm CERTIFY: with p the exact one-sided Clopper–Pearson lower limit of the class's probability
/// at confidence 1 − α, the smoothed classifier gives that class to every input nearer than σ Φ⁻¹(p) in L2, except with probability α.
/// Where p is not above 1/2, nothing is said.
/// </remarks>
public sealed record SmoothedCertificate(int Selected, int Count, SmoothingSettings Settings)
{
    /// <summary>The class of an abstention.</summary>
    public const int Abstained = -1;

    /// <summary>Gets the lower limit of the probability of the class, one-sided, at confidence 1 − α.</summary>
    public double Probability { get; } = Interval.LowerLimit(Count, Settings.N, 1 - Settings.Alpha);

    /// <summary>Gets the class of the smoothed classifier; <see cref="Abstained"/> where nothing is said.</summary>
    public int Prediction => Probability > 0.5 ? Selected : Abstained;

    /// <summary>Gets the radius, L2, in input units; 0 of an abstention. Inputs at less than it are covered.</summary>
    public double Radius => Prediction == Abstained ? 0 : Settings.Sigma * Normal.InvCDF(0, 1, Probability);
}
