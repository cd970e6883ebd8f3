using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>The changes of all values sum to at most ε: the L1 ball on a box.</summary>
public sealed record L1Threat : ThreatModel
{
    /// <summary>One in so many values takes part in a step of PGD.</summary>
    private const int ShareOfValues = 100;

    /// <summary>Creates the threat.</summary>
    /// <param name="epsilon">The budget.</param>
    /// <param name="box">The box; [0, 1] when absent.</param>
    public L1Threat(Epsilon epsilon, PixelRange? box = null)
        : base(epsilon, box ?? PixelRange.Unit) { }

    /// <inheritdoc/>
    public override string Norm => "l1";

    /// <inheritdoc/>
    public override ThreatModel With(Epsilon epsilon) => new L1Threat(epsilon, Box) { Budgets = Budgets, Goal = Goal };

    /// <inheritdoc/>
    public override ThreatRegion Around(Tensor centre) => PinnedRegion.Of(new Region(this, centre), Budgets, centre);

    /// <inheritdoc/>
    public override double Diameter(long values) => Box.Width * values;

    /// <inheritdoc/>
    /// <remarks>The mean size of a value is σ·√(2/π).</remarks>
    internal override double Spread(long values) => Epsilon.Value * Math.Sqrt(Math.PI / 2) / values;

    /// <inheritdoc/>
    public override Tensor Distance(Tensor a, Tensor b)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        if (a.dtype == ScalarType.Float64)
        {
            var exact = (a - b.to(ScalarType.Float64)).abs_().flatten(1).sum(1);
            return (Budgets?.Judge(exact, a, b) ?? exact).MoveToOuterDisposeScope();
        }
        // Of float32 points, summed in the order in which the projection sums.
        var lengths = new double[a.shape[0]];
        using var copy = a.detach().to(ScalarType.Float32).clone();
        Rows.Overwrite(copy, b.to(ScalarType.Float32), (row, x, other) => lengths[row] = L1Projection.Length(x, other));
        var length = tensor(lengths, device: a.device);
        return (Budgets?.Judge(length, a, b) ?? length).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Exponential sizes of random sign over the sum of one more than there are values: uniform in the ball (Barthe et al. 2005,
    /// A probabilistic approach to the geometry of the ℓp-ball, theorem 1).
    /// </remarks>
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
        var noise = empty(centre.shape, dtype: ScalarType.Float32);
        rng.FillUniform(Tensors.Floats(noise), examples, restart, step);
        var beyond = new float[examples.Length];
        rng.Fork("radius").FillUniform(beyond, examples, restart, step);
        var epsilon = Epsilon.Value;
        Rows.Overwrite(
            noise,
            centre,
            (row, x, clean) =>
            {
                var sum = -Math.Log(1 - (double)beyond[row]);
                for (var i = 0; i < x.Length; i++)
                {
                    sum += MayChange(i) ? Math.Abs(Exponential(x[i])) : 0;
                }
                for (var i = 0; i < x.Length; i++)
                {
                    x[i] = (float)(clean[i] + (sum > 0 && MayChange(i) ? epsilon * Exponential(x[i]) / sum : 0));
                }
            }
        );
        var start = noise.to(centre.device);
        using var region = Around(centre);
        region.ProjectInPlace(start);
        return start.MoveToOuterDisposeScope();

        bool MayChange(int i) => Budgets is null || Budgets.Shares[i] > 0;

        // One draw gives the sign, by its half, and the size, by its place in the half.
        static double Exponential(float draw) => draw < 0.5f ? Math.Log(1 - (2.0 * draw)) : -Math.Log(2 - (2.0 * draw));
    }

    /// <inheritdoc/>
    internal override WindowMoves Windows(int channels, int height, int width) =>
        new L1Windows(this, channels, height, width);

    /// <inheritdoc/>
    internal override AutoSteps AutoSteps(AutoSearch search) => new SparseSteps(Epsilon.Value, Budgets, search);

    /// <inheritdoc/>
    /// <remarks>
    /// The ascent that is steepest among steps of this length that stay in the box (Croce and Hein 2021, Mind the box, proposition
    /// 2.2): the values with the largest gradients move, each as far as its face, until the length is used up. A value at the face
    /// its gradient points to takes nothing of it. Without the box it would be the one value with the largest gradient.
    /// </remarks>
    internal override void AscendInPlace(Tensor x, Tensor gradient, double size)
    {
        Budgets?.Silence(gradient);
        var faces = BoxFaces.Of(Box);
        Rows.Overwrite(x, gradient, (_, point, slope) => Ascend(point, slope, faces, size));
    }

    private static void Ascend(Span<float> x, ReadOnlySpan<float> slope, BoxFaces faces, double size)
    {
        var order = new PriorityQueue<int, float>(x.Length);
        for (var i = 0; i < x.Length; i++)
        {
            if ((slope[i] > 0 && x[i] < faces.High) || (slope[i] < 0 && x[i] > faces.Low))
            {
                order.Enqueue(i, -Math.Abs(slope[i]));
            }
        }
        while (size > 0 && order.TryDequeue(out var i, out _))
        {
            var face = faces.Toward(slope[i], x[i]);
            var room = Math.Abs((double)face - x[i]);
            x[i] = room <= size ? face : (float)(x[i] + (slope[i] > 0 ? size : -size));
            size -= room;
        }
    }

    /// <summary>The movable values of largest slope share a step; what is left of it at their faces, the next ones share.</summary>
    private static void Spread(Span<float> x, ReadOnlySpan<float> slope, BoxFaces faces, double size)
    {
        var steepness = new double[x.Length];
        for (var left = size; left > 0; )
        {
            for (var i = 0; i < steepness.Length; i++)
            {
                var isMovable = (slope[i] > 0 && x[i] < faces.High) || (slope[i] < 0 && x[i] > faces.Low);
                steepness[i] = isMovable ? Math.Abs(slope[i]) : double.NegativeInfinity;
            }
            var chosen = Largest.Mark(steepness, (x.Length + ShareOfValues - 1) / ShareOfValues);
            var each = left / Math.Max(1, chosen.Count(c => c));
            var isOver = true;
            for (var i = 0; i < x.Length; i++)
            {
                if (!chosen[i])
                {
                    continue;
                }
                var face = faces.Toward(slope[i], x[i]);
                var room = Math.Abs((double)face - x[i]);
                isOver &= room > each;
                left -= Math.Min(room, each);
                x[i] = room <= each ? face : (float)(x[i] + (slope[i] > 0 ? each : -each));
            }
            if (isOver)
            {
                return;
            }
        }
    }

    /// <summary>Takes what is above the budget from the changes that the gradient finds least useful, per unit of length.</summary>
    private static void TakeBack(Span<float> x, ReadOnlySpan<float> clean, ReadOnlySpan<float> slope, double epsilon)
    {
        var excess = L1Projection.Length(x, clean) - epsilon;
        if (excess <= 0)
        {
            return;
        }
        var order = new PriorityQueue<int, float>();
        for (var i = 0; i < x.Length; i++)
        {
            if (x[i] != clean[i])
            {
                order.Enqueue(i, x[i] > clean[i] ? slope[i] : -slope[i]);
            }
        }
        while (excess > 0 && order.TryDequeue(out var i, out _))
        {
            var change = (double)x[i] - clean[i];
            var taken = Math.Min(excess, Math.Abs(change));
            x[i] = taken < Math.Abs(change) ? (float)(x[i] - (Math.Sign(change) * taken)) : clean[i];
            excess -= taken;
        }
    }

    private sealed class Region(L1Threat threat, Tensor centre) : ThreatRegion
    {
        private readonly L1Projection _projection = new(threat.Epsilon.Value, threat.Box);

        public override void ProjectInPlace(Tensor x) =>
            Rows.Overwrite(x, centre, (_, point, clean) => _projection.Run(point, clean));

        /// <remarks>
        /// A hundredth of the values shares the step, as in Tramèr and Boneh 2019, Adversarial training and robustness for multiple
        /// perturbations, section 3: the gradient of one value alone, which the steepest step would follow, says little a whole step on.
        /// What the step moves beyond the budget is taken from the least useful changes: of all points of that length between the
        /// step's and the clean input, the one of largest loss to first order. The nearest legal point would take it from all values
        /// alike, those with the largest gradients too, which then stand at their faces no more; on a linear model such steps do
        /// not end at the best point.
        /// </remarks>
        public override void StepInPlace(Tensor x, Tensor gradient, double size)
        {
            var faces = BoxFaces.Of(threat.Box);
            Rows.Overwrite(
                x,
                centre,
                gradient,
                (_, point, clean, slope) =>
                {
                    // A step of the whole budget is the only one.
                    if (size < threat.Epsilon.Value)
                    {
                        Spread(point, slope, faces, size);
                    }
                    else
                    {
                        Ascend(point, slope, faces, size);
                    }
                    TakeBack(point, clean, slope, threat.Epsilon.Value);
                }
            );
            ProjectInPlace(x);
        }

        /// <remarks>The projection rounds towards the centre, so nothing is left to remove of what it gave.</remarks>
        public override void TightenInPlace(Tensor x) => ProjectInPlace(x);

        protected override void Dispose(bool disposing) { }
    }
}
