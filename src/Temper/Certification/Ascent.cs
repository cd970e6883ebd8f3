using static TorchSharp.torch;

namespace Temper.Certification;

/// <summary>Numbers that are raised along a gradient by Adam, within a range, and the best of them row by row; float32.</summary>
internal sealed class Ascent
{
    private const double FirstMoment = 0.9;
    private const double SecondMoment = 0.999;
    private const double Tiny = 1e-12;

    private readonly Tensor _least;
    private readonly Tensor? _most;
    private readonly Tensor _first;
    private readonly Tensor _second;

    /// <summary>Begins.</summary>
    /// <param name="value">The numbers to begin with (P, n); copied.</param>
    /// <param name="least">What they may not fall below.</param>
    /// <param name="most">What they may not exceed; null for no limit.</param>
    public Ascent(Tensor value, Tensor least, Tensor? most)
    {
        Value = value.to(ScalarType.Float32, copy: true);
        Best = Value.clone();
        Gradient = zeros_like(Value);
        (_least, _most, _first, _second) = (least, most, zeros_like(Value), zeros_like(Value));
    }

    /// <summary>Gets the numbers.</summary>
    public Tensor Value { get; }

    /// <summary>Gets the best numbers of each row.</summary>
    public Tensor Best { get; }

    /// <summary>Gets the gradient, which is written from outside.</summary>
    public Tensor Gradient { get; }

    /// <summary>Keeps the numbers of some rows as the best.</summary>
    /// <param name="rows">Which, bool (P).</param>
    public void Keep(Tensor rows)
    {
        using var scope = NewDisposeScope();
        Best.copy_(where(rows.unsqueeze(1), Value, Best));
    }

    /// <summary>Goes a step along the gradient.</summary>
    /// <param name="size">Its size.</param>
    /// <param name="number">The number of the step, from 1.</param>
    public void Step(double size, int number)
    {
        using var scope = NewDisposeScope();
        _first.mul_(FirstMoment).add_(Gradient, 1 - FirstMoment);
        _second.mul_(SecondMoment).addcmul_(Gradient, Gradient, 1 - SecondMoment);
        var spread = (_second / (1 - Math.Pow(SecondMoment, number))).sqrt_().add_(Tiny);
        Value.addcdiv_(_first, spread, size / (1 - Math.Pow(FirstMoment, number)));
        Value.copy_(Value.maximum(_least));
        if (_most is not null)
        {
            Value.copy_(Value.minimum(_most));
        }
    }
}
