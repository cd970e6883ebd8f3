using Temper.Certification.Curves;
using static TorchSharp.torch;

namespace Temper.Certification;

/// <summary>Which units of all curves have a choice of lines, or can be held on one side of 0: a column each in what is kept of them.</summary>
/// <remarks>Of thousands of units most are on or off over the whole set, and need no place.</remarks>
internal sealed class CurveUnits
{
    private readonly Dictionary<int, CurvePart> _byStep;

    private CurveUnits(IReadOnlyList<CurvePart> parts)
    {
        (Parts, _byStep, Count) = (parts, parts.ToDictionary(p => p.Step), parts.Sum(p => p.Count));
        HasUpperChoice = parts.Any(p => p.Op.HasUpperChoice);
    }

    /// <summary>Gets the curves in order.</summary>
    public IReadOnlyList<CurvePart> Parts { get; }

    /// <summary>Gets the number of units.</summary>
    public long Count { get; }

    /// <summary>Gets whether a line above has a choice.</summary>
    public bool HasUpperChoice { get; }

    /// <summary>The units that are loose in one of the sets at least.</summary>
    /// <param name="known">Bounds.</param>
    /// <param name="until">The value at which functions begin; null for the scores.</param>
    public static CurveUnits Of(NetworkBounds known, int? until = null)
    {
        var graph = known.Graph;
        var end = until is { } value ? (graph.MakerOf(value) ?? -1) + 1 : graph.Steps.Count;
        var parts = new List<CurvePart>();
        var first = 0L;
        for (var step = 0; step < end; step++)
        {
            if (graph.Steps[step].Op is CurveOp op)
            {
                var input = graph.Steps[step].Inputs[0];
                var index = op.Loose(known.Of(input)).flatten(1).any(0).nonzero().flatten();
                parts.Add(new(step, input, op, first, index.shape[0], index));
                first += index.shape[0];
            }
        }
        return new(parts);
    }

    /// <summary>The units of a curve.</summary>
    /// <param name="step">Its step.</param>
    public CurvePart? Of(int step) => _byStep.GetValueOrDefault(step);

    /// <summary>What is known of what enters them, side by side.</summary>
    /// <param name="known">Bounds.</param>
    public Bounds In(NetworkBounds known) =>
        new(Beside(known, p => p.Pick(known.Of(p.Value).Lower)), Beside(known, p => p.Pick(known.Of(p.Value).Upper)));

    /// <summary>The slopes that lines begin with, side by side.</summary>
    /// <param name="known">Bounds.</param>
    /// <param name="above">Whether of the lines above.</param>
    public Tensor Slopes(NetworkBounds known, bool above) =>
        Beside(known, p => p.Pick(above ? known.LinesOf(p.Step).UpperSlope : known.LinesOf(p.Step).LowerSlope));

    /// <summary>The least or largest slope that each unit may have, (units).</summary>
    /// <param name="most">Whether the largest.</param>
    public Tensor Range(bool most) =>
        Parts.Count == 0
            ? zeros([0], ScalarType.Float32)
            : cat(
                [.. Parts.Select(p => full([p.Count], most ? p.Op.Range.To : p.Op.Range.From, ScalarType.Float32))],
                0
            );

    /// <summary>Columns of every curve side by side, (sets, units); none where a network has no curves.</summary>
    /// <param name="known">Bounds.</param>
    /// <param name="columns">Those of one curve.</param>
    public Tensor Beside(NetworkBounds known, Func<CurvePart, Tensor> columns) =>
        Parts.Count == 0
            ? zeros([known.Set.Centre.shape[0], 0], ScalarType.Float64)
            : cat([.. Parts.Select(columns)], 1);
}
