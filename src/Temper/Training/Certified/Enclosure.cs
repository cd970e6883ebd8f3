using static TorchSharp.torch;

namespace Temper.Training.Certified;

/// <summary>A value of a network at the clean inputs, and what it lies between over the boxes around them, with graphs to the weights.</summary>
/// <remarks>Ends, or middle and radius: whichever was not given is computed when it is asked for. Tensors belong to the caller's dispose scope.</remarks>
internal sealed class Enclosure
{
    private Tensor? _lower;
    private Tensor? _upper;
    private Tensor? _middle;
    private Tensor? _radius;

    private Enclosure(Tensor nominal) => Nominal = nominal;

    /// <summary>Gets the value at the clean inputs.</summary>
    public Tensor Nominal { get; }

    /// <summary>Gets the lower ends.</summary>
    public Tensor Lower => _lower ??= _middle! - _radius!;

    /// <summary>Gets the upper ends.</summary>
    public Tensor Upper => _upper ??= _middle! + _radius!;

    /// <summary>Gets the middles.</summary>
    public Tensor Middle => _middle ??= (_lower! + _upper!) / 2;

    /// <summary>Gets half the widths.</summary>
    public Tensor Radius => _radius ??= (_upper! - _lower!) / 2;

    /// <summary>From ends.</summary>
    public static Enclosure Between(Tensor nominal, Tensor lower, Tensor upper) =>
        new(nominal) { _lower = lower, _upper = upper };

    /// <summary>From middles and radii.</summary>
    public static Enclosure Around(Tensor nominal, Tensor middle, Tensor radius) =>
        new(nominal) { _middle = middle, _radius = radius };

    /// <summary>A function that never falls, at the value and both ends.</summary>
    public Enclosure Rising(Func<Tensor, Tensor> function) =>
        Between(function(Nominal), function(Lower), function(Upper));
}
