using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>APGD's moves for norms whose steepest ascent changes every value: momentum, and steps that begin at 2ε and are halved.</summary>
/// <remarks>Croce and Hein 2020, Reliable evaluation of adversarial robustness, algorithm 1, eq. (2), with α = 0.75.</remarks>
internal sealed class HalvingSteps : AutoSteps
{
    private const double Momentum = 0.75;
    private const double FirstStep = 2;

    private readonly ThreatModel _threat;
    private readonly ThreatRegion _region;
    private readonly StepHalving _halving;
    private readonly float[] _size;

    /// <summary>Starts.</summary>
    /// <param name="threat">The threat.</param>
    /// <param name="search">The search.</param>
    public HalvingSteps(ThreatModel threat, AutoSearch search)
    {
        (_threat, _region, _halving) = (threat, search.Region, new(search.Steps, search.Rho, search.StartLoss));
        _size = new float[search.StartLoss.Length];
        Array.Fill(_size, (float)(FirstStep * threat.Epsilon.Value));
    }

    /// <inheritdoc/>
    public override Tensor Next(Tensor x, Tensor? previous, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var direction = zeros_like(x);
        _threat.AscendInPlace(direction, gradient.clone(), 1);
        var size = Tensors.PerExample(tensor(_size, device: x.device), x);
        var next = direction.mul_(size).add_(x);
        _region.ProjectInPlace(next);
        if (previous is not null)
        {
            next.sub_(x).mul_(Momentum).add_(x).add_(x - previous, 1 - Momentum);
            _region.ProjectInPlace(next);
        }
        return next.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override bool[]? After(ReadOnlySpan<float> loss, Tensor best)
    {
        var halved = _halving.After(loss);
        for (var i = 0; i < (halved?.Length ?? 0); i++)
        {
            _size[i] /= halved![i] ? 2 : 1;
        }
        return halved;
    }
}
