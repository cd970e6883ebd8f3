using Temper.Training.Certified.Fused;
using static TorchSharp.torch;

namespace Temper.Training.Certified;

/// <summary>A value of a network at the clean inputs, and what it lies between over the boxes around them, with graphs to the weights.</summary>
/// <remarks>Ends, or middle and radius, or the layer they come from: what was not given is computed when it is asked for. Tensors belong to the caller's dispose scope.</remarks>
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
    public Tensor Lower => _lower ??= Middle - Radius;

    /// <summary>Gets the upper ends.</summary>
    public Tensor Upper => _upper ??= Middle + Radius;

    /// <summary>Gets the middles.</summary>
    public Tensor Middle => _middle ??= Source?.Middle() ?? ((_lower! + _upper!) / 2);

    /// <summary>Gets half the widths.</summary>
    public Tensor Radius => _radius ??= Source?.Radius() ?? ((_upper! - _lower!) / 2);

    /// <summary>Gets the layer it comes from, where it was given so.</summary>
    public LinearSource? Source { get; private init; }

    /// <summary>Gets what a drop-out multiplied with, for its result; null elsewhere and outside training.</summary>
    public Tensor? Mask { get; private init; }

    /// <summary>From ends.</summary>
    public static Enclosure Between(Tensor nominal, Tensor lower, Tensor upper) =>
        new(nominal) { _lower = lower, _upper = upper };

    /// <summary>From the ends of boxes, all in the layout a network works in.</summary>
    /// <param name="nominal">The clean inputs.</param>
    /// <param name="lower">The lower corners.</param>
    /// <param name="upper">The upper corners.</param>
    /// <param name="arranged">Brings values into the layout; sums and differences of images of one channel would lose it.</param>
    public static Enclosure Box(Tensor nominal, Tensor lower, Tensor upper, Func<Tensor, Tensor> arranged)
    {
        var (low, high) = (arranged(lower), arranged(upper));
        return new(arranged(nominal))
        {
            _lower = low,
            _upper = high,
            _middle = arranged((low + high) / 2),
            _radius = arranged((high - low) / 2),
        };
    }

    /// <summary>From middles and radii.</summary>
    public static Enclosure Around(Tensor nominal, Tensor middle, Tensor radius) =>
        new(nominal) { _middle = middle, _radius = radius };

    /// <summary>What leaves a drop-out: one mask for all, as one network is meant.</summary>
    /// <param name="mask">0 where a value is dropped, and what the others are multiplied with.</param>
    public Enclosure Masked(Tensor mask) =>
        new(Nominal * mask)
        {
            _middle = Middle * mask,
            _radius = Radius * mask,
            Mask = mask,
        };

    /// <summary>From a layer.</summary>
    public static Enclosure From(Tensor nominal, LinearSource source) => new(nominal) { Source = source };

    /// <summary>Gets sums over what enters a ReLU, where the ReLU was one operation; null elsewhere.</summary>
    public Tensor? Sums { get; private set; }

    /// <summary>What leaves a ReLU.</summary>
    /// <param name="sums">Whether <see cref="Sums"/> are wanted.</param>
    public Enclosure Rectified(bool sums)
    {
        if (!ReluFunction.Takes(Nominal))
        {
            return Rising(x => x.relu());
        }
        // While it is in the cache: behind a layer, middles and radii are computed only now.
        var nominal = Nominal.relu();
        (var middle, var radius, Sums) = ReluFunction.Of(Middle, Radius, sums);
        return Around(nominal, middle, radius);
    }

    /// <summary>A function that never falls, at the value and both ends.</summary>
    public Enclosure Rising(Func<Tensor, Tensor> function) =>
        Between(function(Nominal), function(Lower), function(Upper));
}
