using Temper.Errors;
using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>At most ε values may change, each to any value of the box: the L0 ball on a box. The channels of a pixel count one by one.</summary>
public sealed record L0Threat : ThreatModel
{
    /// <summary>Creates the threat.</summary>
    /// <param name="epsilon">The number of values that may change, a whole number.</param>
    /// <param name="box">The box; [0, 1] when absent.</param>
    /// <exception cref="ThreatException">The budget is not a whole number.</exception>
    public L0Threat(Epsilon epsilon, PixelRange? box = null)
        : base(epsilon, box ?? PixelRange.Unit)
    {
        if (!double.IsInteger(epsilon.Value))
        {
            throw new ThreatException(
                $"threat l0:{epsilon}: found {epsilon} as the budget, expected the number of values that may change, a whole number such as l0:20."
            );
        }
    }

    /// <inheritdoc/>
    public override string Norm => "l0";

    /// <inheritdoc/>
    public override ThreatModel With(Epsilon epsilon) => new L0Threat(epsilon, Box) { Budgets = Budgets, Goal = Goal };

    /// <inheritdoc/>
    public override double Affordable(double value) => Math.Floor(value);

    /// <inheritdoc/>
    public override ThreatRegion Around(Tensor centre) => PinnedRegion.Of(new Region(this, centre), Budgets, centre);

    /// <inheritdoc/>
    public override double Diameter(long values) => values;

    /// <inheritdoc/>
    /// <remarks>The budget says how many values may change, not by how much.</remarks>
    internal override double Spread(long values) => Box.Width;

    /// <inheritdoc/>
    public override Tensor Distance(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var count = a.ne(b).flatten(1).sum(1).to(ScalarType.Float64);
        return (Budgets?.Judge(count, a, b) ?? count).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <remarks>Every set of ε values is as likely, and each of them is drawn uniformly from the box.</remarks>
    public override Tensor RandomStart(
        Tensor centre,
        ReadOnlySpan<long> examples,
        Rng rng,
        uint restart = 0,
        uint step = 0
    )
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var places = empty(centre.shape, dtype: ScalarType.Float32);
        rng.FillUniform(Tensors.Floats(places), examples, restart, step);
        var values = empty(centre.shape, dtype: ScalarType.Float32);
        var faces = BoxFaces.Of(Box);
        rng.Fork("value").FillUniform(Tensors.Floats(values), examples, restart, step, (faces.Low, faces.High));
        Rows.Overwrite(
            places,
            values,
            (_, x, drawn) =>
            {
                var keys = new double[x.Length];
                for (var i = 0; i < keys.Length; i++)
                {
                    keys[i] = Budgets is null || Budgets.Shares[i] > 0 ? x[i] : double.NegativeInfinity;
                }
                var chosen = Largest.Mark(keys, Count);
                for (var i = 0; i < keys.Length; i++)
                {
                    x[i] = chosen[i] ? drawn[i] : float.NaN;
                }
            }
        );
        var start = places.to(centre.device);
        return where(start.isnan(), centre, start).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    private protected override string Hint => $"expected at most the number of values";

    private long Count => Epsilon.Value >= long.MaxValue ? long.MaxValue : (long)Epsilon.Value;

    /// <inheritdoc/>
    internal override bool HasWindows => false;

    /// <inheritdoc/>
    internal override bool HasAutoSteps => false;

    /// <inheritdoc/>
    internal override WindowMoves Windows(int channels, int height, int width) => throw NoWindows("pgd");

    /// <inheritdoc/>
    /// <remarks>
    /// The steepest ascent among changes of so many values (rounded up) within the box: those whose way to the face their gradient
    /// points to gains most, gradient times way, go there.
    /// </remarks>
    internal override void AscendInPlace(Tensor x, Tensor gradient, double size)
    {
        Budgets?.Silence(gradient);
        var faces = BoxFaces.Of(Box);
        var count = (long)Math.Ceiling(Math.Min(size, int.MaxValue));
        Rows.Overwrite(
            x,
            gradient,
            (_, point, slope) =>
            {
                var gains = new double[point.Length];
                for (var i = 0; i < gains.Length; i++)
                {
                    var gain = slope[i] * ((double)faces.Toward(slope[i], point[i]) - point[i]);
                    gains[i] = gain > 0 ? gain : double.NegativeInfinity;
                }
                var chosen = Largest.Mark(gains, count);
                for (var i = 0; i < gains.Length; i++)
                {
                    point[i] = chosen[i] ? faces.Toward(slope[i], point[i]) : point[i];
                }
            }
        );
    }

    private sealed class Region(L0Threat threat, Tensor centre) : ThreatRegion
    {
        private readonly BoxFaces _faces = BoxFaces.Of(threat.Box);

        /// <remarks>
        /// A value moved by s, or by m ≤ s after the box, is m(2s − m) nearer in squared distance than the clean one: the values
        /// that bring most keep their change.
        /// </remarks>
        public override void ProjectInPlace(Tensor x) =>
            Rows.Overwrite(
                x,
                centre,
                (_, point, clean) =>
                {
                    var gains = new double[point.Length];
                    for (var i = 0; i < gains.Length; i++)
                    {
                        var wanted = Math.Abs((double)point[i] - clean[i]);
                        point[i] = _faces.Clip(point[i], clean[i]);
                        var legal = Math.Abs((double)point[i] - clean[i]);
                        gains[i] = legal > 0 ? legal * ((2 * wanted) - legal) : double.NegativeInfinity;
                    }
                    Restore(point, clean, Largest.Mark(gains, threat.Count));
                }
            );

        /// <remarks>
        /// In the ball, a further value moves in the place of another. So the values move whose way to the face gains most over what
        /// it displaces, and of all changes those that the gradient finds most useful stay. The nearest legal point would keep the
        /// largest changes instead, and since nearly all end at faces, a value once changed would hardly ever be given up.
        /// </remarks>
        public override void StepInPlace(Tensor x, Tensor gradient, double size)
        {
            var count = (long)Math.Ceiling(Math.Min(size, int.MaxValue));
            Rows.Overwrite(x, centre, gradient, (_, point, clean, slope) => Step(point, clean, slope, count));
        }

        public override void TightenInPlace(Tensor x) => ProjectInPlace(x);

        protected override void Dispose(bool disposing) { }

        private void Step(Span<float> point, ReadOnlySpan<float> clean, ReadOnlySpan<float> slope, long count)
        {
            var gains = new double[point.Length];
            var worth = Worth(point, clean, slope);
            var changed = worth.Count(double.IsFinite);
            var least = changed < threat.Count ? 0 : worth.Where(double.IsFinite).DefaultIfEmpty(0).Min();
            for (var i = 0; i < gains.Length; i++)
            {
                var gain = slope[i] * ((double)_faces.Toward(slope[i], point[i]) - point[i]);
                gain -= double.IsFinite(worth[i]) ? 0 : least;
                gains[i] = gain > 0 ? gain : double.NegativeInfinity;
            }
            var moved = Largest.Mark(gains, count);
            for (var i = 0; i < gains.Length; i++)
            {
                point[i] = moved[i] ? _faces.Toward(slope[i], point[i]) : point[i];
            }
            Restore(point, clean, Largest.Mark(Worth(point, clean, slope), threat.Count));
        }

        /// <summary>What each change adds to the loss, to first order; negative infinity for a value that has its clean one.</summary>
        private static double[] Worth(ReadOnlySpan<float> point, ReadOnlySpan<float> clean, ReadOnlySpan<float> slope)
        {
            var worth = new double[point.Length];
            for (var i = 0; i < worth.Length; i++)
            {
                worth[i] = point[i] != clean[i] ? ((double)point[i] - clean[i]) * slope[i] : double.NegativeInfinity;
            }
            return worth;
        }

        private static void Restore(Span<float> point, ReadOnlySpan<float> clean, bool[] kept)
        {
            for (var i = 0; i < point.Length; i++)
            {
                point[i] = kept[i] ? point[i] : clean[i];
            }
        }
    }
}
