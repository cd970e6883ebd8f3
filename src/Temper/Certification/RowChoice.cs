using static TorchSharp.torch;

namespace Temper.Certification;

/// <summary>Slopes of lines and multipliers of a linear pass, chosen row by row; (P, units) each.</summary>
/// <param name="Units">The units.</param>
/// <param name="Below">Slopes of the lines below.</param>
/// <param name="Above">Slopes of the lines above; null where no curve has a choice of them.</param>
/// <param name="Fences">Signed multipliers of units held on one side of 0; null for none.</param>
internal sealed record RowChoice(CurveUnits Units, Tensor Below, Tensor? Above, Tensor? Fences)
{
    /// <summary>The same in another precision.</summary>
    public RowChoice To(ScalarType type) =>
        this with
        {
            Below = Below.to(type),
            Above = Above?.to(type),
            Fences = Fences?.to(type),
        };
}
