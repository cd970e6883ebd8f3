using Temper.Certification.Curves;
using static TorchSharp.torch;

namespace Temper.Certification;

/// <summary>The units of one curve among <see cref="CurveUnits"/>.</summary>
/// <param name="Step">The curve's step.</param>
/// <param name="Value">The value that enters it.</param>
/// <param name="Op">The curve.</param>
/// <param name="First">The column of its first unit.</param>
/// <param name="Count">Their number.</param>
/// <param name="Index">Their places in the flattened value, int64.</param>
internal sealed record CurvePart(int Step, int Value, CurveOp Op, long First, long Count, Tensor Index)
{
    /// <summary>Their columns.</summary>
    /// <param name="all">Of all units (P, units).</param>
    public Tensor In(Tensor all) => all.narrow(1, First, Count);

    /// <summary>Their numbers.</summary>
    /// <param name="value">Numbers of the whole value (P, …).</param>
    public Tensor Pick(Tensor value) => value.flatten(1).index_select(1, Index);

    /// <summary>Lines with slopes of one's own for these units.</summary>
    /// <param name="z">The bounds of what comes in to them, row by row or the same for all.</param>
    /// <param name="standard">The lines of all units of the curve, likewise.</param>
    /// <param name="choice">The slopes.</param>
    public Lines Bent(Bounds z, Lines standard, RowChoice choice)
    {
        Tensor? Picked(Tensor? value) => value is null ? null : Pick(value);
        Tensor Put(Tensor into, Tensor numbers)
        {
            var flat = into.flatten(1);
            flat = flat.shape[0] == numbers.shape[0] ? flat.clone() : flat.repeat(numbers.shape[0], 1);
            return flat.index_copy_(1, Index, numbers).view([-1, .. into.shape[1..]]);
        }
        var old = new Lines(
            Pick(standard.LowerSlope),
            Picked(standard.LowerShift),
            Pick(standard.UpperSlope),
            Pick(standard.UpperShift)
        );
        var bent = Op.Sloped(z, old, In(choice.Below), Op.HasUpperChoice ? In(choice.Above!) : null);
        return new(
            Put(standard.LowerSlope, bent.LowerSlope),
            ReferenceEquals(bent.LowerShift, old.LowerShift)
                ? standard.LowerShift
                : Put(standard.LowerShift!, bent.LowerShift!),
            Op.HasUpperChoice ? Put(standard.UpperSlope, bent.UpperSlope) : standard.UpperSlope,
            Op.HasUpperChoice ? Put(standard.UpperShift, bent.UpperShift) : standard.UpperShift
        );
    }
}
