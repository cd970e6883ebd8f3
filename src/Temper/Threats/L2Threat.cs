using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>The Euclidean length of the perturbation is at most ε: the L2 ball on a box.</summary>
public sealed record L2Threat : ThreatModel
{
    /// <summary>Creates the threat.</summary>
    /// <param name="epsilon">The budget.</param>
    /// <param name="box">The box; [0, 1] when absent.</param>
    public L2Threat(Epsilon epsilon, PixelRange? box = null)
        : base(epsilon, box ?? PixelRange.Unit) { }

    /// <inheritdoc/>
    public override string Norm => "l2";

    /// <inheritdoc/>
    public override ThreatModel With(Epsilon epsilon) => new L2Threat(epsilon, Box) { Budgets = Budgets, Goal = Goal };

    /// <inheritdoc/>
    public override ThreatRegion Around(Tensor centre) => PinnedRegion.Of(new Region(this, centre), Budgets, centre);

    /// <inheritdoc/>
    public override double Diameter(long values) => Box.Width * Math.Sqrt(values);

    /// <inheritdoc/>
    /// <remarks>The squares of d values sum up to d·σ².</remarks>
    internal override double Spread(long values) => Epsilon.Value / Math.Sqrt(values);

    /// <inheritdoc/>
    public override Tensor Distance(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var length = (a.to(ScalarType.Float64) - b.to(ScalarType.Float64)).square().flatten(1).sum(1).sqrt();
        return (Budgets?.Judge(length, a, b) ?? length).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <remarks>Direction of a normal vector, radius ε·u^(1/d): uniform in the ball.</remarks>
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
        rng.FillNormal(Tensors.Floats(noise), examples, restart, step);
        var radius = new float[examples.Length];
        rng.Fork("radius").FillUniform(radius, examples, restart, step);
        Budgets?.Silence(noise);
        var values = Budgets?.Allowed ?? centre.NumberOfElements / Math.Max(1, centre.shape[0]);
        for (var i = 0; i < radius.Length; i++)
        {
            radius[i] = (float)(Epsilon.Value * Math.Pow(radius[i], 1.0 / values));
        }
        var length = noise.flatten(1).square().sum(1).sqrt().clamp_min(1e-30);
        noise.mul_(Tensors.PerExample(tensor(radius) / length, noise));
        var start = noise.to(centre.device).add_(centre);
        using var region = Around(centre);
        region.ProjectInPlace(start);
        return start.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    internal override BoundaryGeometry Boundary => new L2Boundary(Box);

    /// <inheritdoc/>
    internal override WindowMoves Windows(int channels, int height, int width) =>
        new L2Windows(this, channels, height, width);

    /// <inheritdoc/>
    /// <remarks>Where the gradient is zero there is no direction, and the point stays.</remarks>
    internal override void AscendInPlace(Tensor x, Tensor gradient, double size)
    {
        using var scope = NewDisposeScope();
        Budgets?.Silence(gradient);
        // Scaled by the largest value first: squares of tiny gradients would underflow.
        var flat = gradient.flatten(1);
        var largest = flat.abs().amax([1], keepdim: true);
        flat.div_(largest.clamp_min(1e-38));
        var length = flat.square().sum(1).sqrt_().clamp_min_(1e-12);
        x.addcmul_(gradient, Tensors.PerExample(length.reciprocal_(), gradient), size);
    }

    private sealed class Region(L2Threat threat, Tensor centre) : ThreatRegion
    {
        private const int MostRounds = 1000;

        // In float32, 0.3 as it stands would lie outside a box that ends at 0.3.
        private readonly BoxFaces _faces = BoxFaces.Of(threat.Box);

        public override void StepInPlace(Tensor x, Tensor gradient, double size)
        {
            threat.AscendInPlace(x, gradient, size);
            ProjectInPlace(x);
        }

        /// <remarks>
        /// The nearest point of ball ∩ box is clip(c + t(x − c)) for the largest t in [0, 1] that keeps the length at ε
        /// (Lagrangian of the ball constraint). The length grows with t, values at a face stop growing; fixing those
        /// and solving for the free ones only ever adds faces, so the rounds end.
        /// </remarks>
        public override void ProjectInPlace(Tensor x)
        {
            using var scope = NewDisposeScope();
            var epsilon = threat.Epsilon.Value;
            var delta = (x - centre).flatten(1);
            var room = where(delta.gt(0), threat.Box.High - centre.flatten(1), centre.flatten(1) - threat.Box.Low);
            var size = delta.abs();
            var capped = minimum(size, room);
            var outside = capped.square().sum(1).sqrt_().gt(epsilon);
            if (outside.any().item<bool>())
            {
                var free = ones_like(size);
                var scale = zeros([size.shape[0], 1], device: size.device);
                for (var round = 0; round < MostRounds; round++)
                {
                    using var inner = NewDisposeScope();
                    var taken = room.square().mul_(1 - free).sum(1, keepdim: true);
                    var open = size.square().mul_(free).sum(1, keepdim: true).clamp_min_(1e-38);
                    var next = (epsilon * epsilon - taken).clamp_min_(0).div_(open).sqrt_();
                    var nowFree = size.mul(next).lt(room).to_type(ScalarType.Float32).mul_(free);
                    var settled = (nowFree - free).abs_().sum().item<float>() == 0;
                    scale.copy_(next);
                    free.copy_(nowFree);
                    if (settled)
                    {
                        break;
                    }
                }
                var shrunk = minimum(size.mul(scale), room);
                capped = where(outside.unsqueeze(1), shrunk, capped);
            }
            x.copy_(centre).add_(capped.mul_(delta.sign_()).view_as(x)).clamp_(_faces.Low, _faces.High);
        }

        public override void TightenInPlace(Tensor x)
        {
            using var scope = NewDisposeScope();
            var epsilon = threat.Epsilon.Value;
            for (var round = 0; ; round++)
            {
                var length = threat.Distance(x, centre);
                var outside = length.gt(epsilon);
                if (!outside.any().item<bool>())
                {
                    return;
                }
                // A hair more than needed, doubled at each round down to the centre itself: a budget below the float32
                // spacing around the centre leaves no other point.
                var factor = where(
                    outside,
                    epsilon / length * Math.Max(0, 1 - (1e-7 * Math.Pow(2, round))),
                    ones_like(length)
                );
                var wide = centre.to(ScalarType.Float64);
                var moved = (x.to(ScalarType.Float64) - wide).mul_(Tensors.PerExample(factor, x)).add_(wide);
                x.copy_(where(Tensors.PerExample(outside, x), moved.to(ScalarType.Float32), x));
                x.clamp_(_faces.Low, _faces.High);
            }
        }

        protected override void Dispose(bool disposing) { }
    }
}
