using static TorchSharp.torch;

namespace Temper.Certification.Curves;

/// <summary>Straight lines below and above a curve between its bounds: slope · z + shift, per example and unit.</summary>
/// <param name="LowerSlope">The slope of the line below.</param>
/// <param name="LowerShift">Its shift; null for 0.</param>
/// <param name="UpperSlope">The slope of the line above.</param>
/// <param name="UpperShift">Its shift.</param>
internal sealed record Lines(Tensor LowerSlope, Tensor? LowerShift, Tensor UpperSlope, Tensor UpperShift)
{
    /// <summary>Gets where the line below meets the curve, the place about which it turns with its slope; null for 0.</summary>
    public Tensor? LowerTouch { get; init; }

    /// <summary>Gets where the line above meets the curve; null where its slope is no choice.</summary>
    public Tensor? UpperTouch { get; init; }
}
