using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>A region in which some values keep their clean ones.</summary>
/// <remarks>
/// In these norms a value that does not differ from its clean one takes nothing of the budget and stays where it is: the nearest
/// legal point is that of the other values alone.
/// </remarks>
internal sealed class PinnedRegion : ThreatRegion
{
    private readonly ThreatRegion _inner;
    private readonly ValueBudgets _budgets;
    private readonly Tensor _centre;

    private PinnedRegion(ThreatRegion inner, ValueBudgets budgets, Tensor centre) =>
        (_inner, _budgets, _centre) = (inner, budgets, centre);

    /// <summary>The region under a mask; the region itself where there is none.</summary>
    /// <param name="inner">The region without it; handed over.</param>
    /// <param name="budgets">The mask.</param>
    /// <param name="centre">Clean inputs, borrowed for the region's life.</param>
    public static ThreatRegion Of(ThreatRegion inner, ValueBudgets? budgets, Tensor centre) =>
        budgets is null ? inner : new PinnedRegion(inner, budgets, centre);

    /// <inheritdoc/>
    public override void ProjectInPlace(Tensor x)
    {
        _budgets.Pin(x, _centre);
        _inner.ProjectInPlace(x);
    }

    /// <inheritdoc/>
    public override void StepInPlace(Tensor x, Tensor gradient, double size)
    {
        _budgets.Pin(x, _centre);
        _budgets.Silence(gradient);
        _inner.StepInPlace(x, gradient, size);
    }

    /// <inheritdoc/>
    public override void TightenInPlace(Tensor x)
    {
        _budgets.Pin(x, _centre);
        _inner.TightenInPlace(x);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _inner.Dispose();
}
