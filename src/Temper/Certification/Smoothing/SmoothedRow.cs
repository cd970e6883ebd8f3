namespace Temper.Certification.Smoothing;

/// <summary>One example of a certification by smoothing.</summary>
/// <param name="Index">The canonical index.</param>
/// <param name="Label">The class.</param>
/// <param name="Certificate">What was found.</param>
public sealed record SmoothedRow(long Index, int Label, SmoothedCertificate Certificate)
{
    /// <summary>Whether the smoothed classifier is proved to give the label to all inputs at this distance and nearer.</summary>
    /// <param name="radius">The distance, L2.</param>
    public bool HoldsAt(double radius) => Certificate.Prediction == Label && Certificate.Radius > radius;
}
