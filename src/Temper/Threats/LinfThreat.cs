using Temper.Errors;
using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>Every value may move by at most ε: the L∞ ball on a box.</summary>
public sealed record LinfThreat : ThreatModel
{
    /// <summary>Creates the threat.</summary>
    /// <param name="epsilon">The budget, at most the width of the box.</param>
    /// <param name="box">The box; [0, 1] when absent.</param>
    /// <exception cref="ThreatException">The budget is larger than the box.</exception>
    public LinfThreat(Epsilon epsilon, PixelRange? box = null)
        : base(epsilon, box ?? PixelRange.Unit)
    {
        if (epsilon.Value > Box.Width)
        {
            throw new ThreatException(
                $"threat linf:{epsilon}: a budget above {Box.Width} covers the whole box {Box}; budgets are in input units (did you mean linf:{epsilon}/255?)."
            );
        }
    }

    /// <inheritdoc/>
    public override string Norm => "linf";

    /// <inheritdoc/>
    public override ThreatModel With(Epsilon epsilon) =>
        new LinfThreat(epsilon, Box) { Budgets = Budgets, Goal = Goal };

    /// <inheritdoc/>
    public override ThreatRegion Around(Tensor centre) => new Region(this, centre);

    /// <inheritdoc/>
    public override double Diameter(long values) => Box.Width;

    /// <inheritdoc/>
    public override Tensor Distance(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var change = (a.to(ScalarType.Float64) - b.to(ScalarType.Float64)).abs_();
        if (Budgets is null)
        {
            return change.flatten(1).amax([1]).MoveToOuterDisposeScope();
        }
        var shares = Budgets.For(a, ScalarType.Float64);
        var counted = where(shares.gt(0), change / shares, 0.0).flatten(1).amax([1]);
        return Budgets.Judge(counted, a, b).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
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
        rng.FillUniform(Tensors.Floats(noise), examples, restart, step, ((float)-Epsilon.Value, (float)Epsilon.Value));
        if (Budgets is not null)
        {
            noise.mul_(Budgets.For(noise));
        }
        var start = noise.to(centre.device).add_(centre);
        using var region = Around(centre);
        region.ProjectInPlace(start);
        return start.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    internal override bool BoundsEachValue => true;

    /// <inheritdoc/>
    /// <remarks>It tells values that may change from others, and not how much each may.</remarks>
    internal override BoundaryGeometry? Boundary => Budgets is { IsMask: false } ? null : new LinfBoundary(Box);

    /// <inheritdoc/>
    internal override WindowMoves Windows(int channels, int height, int width) =>
        new LinfWindows(this, channels, height, width);

    /// <inheritdoc/>
    /// <remarks>In units of its share of the budget, every value moves by the same amount.</remarks>
    internal override void AscendInPlace(Tensor x, Tensor gradient, double size)
    {
        using var scope = NewDisposeScope();
        var signs = gradient.sign_();
        x.add_(Budgets is null ? signs : signs.mul(Budgets.For(signs)), size);
    }

    private sealed class Region : ThreatRegion
    {
        private readonly LinfThreat _threat;
        private readonly Tensor _lower;
        private readonly Tensor _upper;

        public Region(LinfThreat threat, Tensor centre)
        {
            _threat = threat;
            (_lower, _upper) = Faces.Around(centre, threat.Epsilon.Value, threat.Box, threat.Budgets);
        }

        public override void ProjectInPlace(Tensor x) => x.clamp_(_lower, _upper);

        public override void StepInPlace(Tensor x, Tensor gradient, double size)
        {
            // Steps are of one size there; values that may not change are held by their faces.
            if (_threat.Budgets is null or { IsMask: true } && SignStep.Fits(x, gradient, _lower, _upper))
            {
                SignStep.Take(x, gradient, _lower, _upper, (float)size);
                return;
            }
            _threat.AscendInPlace(x, gradient, size);
            x.clamp_(_lower, _upper);
        }

        public override void TightenInPlace(Tensor x) => x.clamp_(_lower, _upper);

        protected override void Dispose(bool disposing)
        {
            _lower.Dispose();
            _upper.Dispose();
        }
    }
}
